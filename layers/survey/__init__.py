"""Survey coordinate files (报备坐标 .txt): their lines, their header, their rings, and the layer that they make."""
