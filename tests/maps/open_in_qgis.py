"""Run by the Python that QGIS brings: open a project, say what is in it as JSON, draw it."""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
path, picture = sys.argv[1:3]
project = QgsProject.instance()
assert project.read(path)
told = {
    "crs": project.crs().authid(),
    "groups": [group.name() for group in project.layerTreeRoot().children()],
    "bookmarks": len(project.bookmarkManager().bookmarks()),
    "relations": {one.id(): one.isValid() for one in project.relationManager().relations().values()},
    "layers": {
        layer.id(): {
            "valid": layer.isValid(),
            "count": layer.featureCount(),
            "renderer": layer.renderer().type() if layer.renderer() else None,
            "labels": layer.labelsEnabled(),
            "alias": layer.attributeAlias(1),
            "about": layer.metadata().abstract(),
        }
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer)
    },
}
told["rasters"] = {
    layer.id(): [layer.isValid(), layer.renderer().type(), layer.dataProvider().sample(layer.extent().center(), 1)]
    for layer in project.mapLayers().values()
    if not isinstance(layer, QgsVectorLayer)
}
about = project.metadata()
told["metadata"] = [about.title(), about.abstract(), about.author(), about.creationDateTime().toString("yyyy-MM-dd")]


def tips(layer):
    """What the map tip of each feature says."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    for feature in layer.getFeatures():
        context.setFeature(feature)
        yield QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


told["tips"] = []
for layer in project.mapLayers().values():
    if layer.id().startswith("evidence_"):
        told["tips"] += tips(layer)
        told["labels"] = [rule.label() for rule in layer.renderer().rootRule().children()]
told["children"] = {}
for relation in project.relationManager().relations().values():
    for feature in relation.referencedLayer().getFeatures():
        held = [child["id"] for child in relation.getRelatedFeatures(feature)]
        told["children"].setdefault(feature["id"], []).extend(held)
settings = QgsMapSettings()
shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
settings.setLayers([layer for layer in shown if layer.isSpatial()])
settings.setDestinationCrs(project.crs())
settings.setExtent(project.mapLayer("zones_polygon_layer").extent().buffered(300))
settings.setOutputSize(QSize(1200, 800))
settings.setBackgroundColor(QColor("white"))
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
job.renderedImage().save(picture)
(layout,) = project.layoutManager().printLayouts()
told["layout"] = [layout.name(), *(layout.itemById(name).text() for name in ("title", "date", "note"))]
exporter = QgsLayoutExporter(layout)
made = exporter.exportToPdf(picture.replace(".png", ".pdf"), QgsLayoutExporter.PdfExportSettings())
shot = QgsLayoutExporter.ImageExportSettings()
shot.dpi = 60
told["printed"] = [made, exporter.exportToImage(picture.replace(".png", "-layout.png"), shot)]
other = QgsProject()
package = path.replace("zoneproof.qgz", "zoneproof.gpkg")
assert other.read(f"geopackage:{package}?projectName=zoneproof")
told["inside"] = sum(layer.isValid() for layer in other.mapLayers().values())
print(json.dumps(told), flush=True)
os._exit(0)  # QGIS may fall over its own objects at the end
