"""What is wrong with a planner's layers and tables, feature by feature, whether or not a rule would notice."""
