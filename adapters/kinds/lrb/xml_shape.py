"""The two forms of an LRB file in XML, and how their spellings are those of the CSV (specification `lrs` 2.3, 2.5)."""

from pathlib import Path
from typing import Final

import schemas
from adapters.formats.xml_bytes import Source, start
from adapters.formats.xml_cut import Scanner
from adapters.formats.xml_items import FileFault, Shape
from adapters.formats.xml_reading_fields import SchemaFields
from adapters.kinds.lrb.table import LEARNER, SCHEMA
from gateway.core.tables import Field

NAMESPACE: Final = "http://api.lrs.miap.gov.uk/batchmsg"
RECORD: Final = "Learner"
FILE: Final = Shape(schemas.text("xsd/lrb-xml/lrb-xml.xsd").encode(), "LearnerRegistrationBatch", (RECORD,))
"""The file of its own root, whose header is that of the CSV."""
SOAP: Final = Shape(schemas.text("xsd/lrb-soap/lrb-soap.xsd").encode(), "SubmitBatch", (RECORD,))
"""The body of the web service's request as a document of its own."""
MOST_BY_SOAP: Final = 200
FIELDS: Final = {shape.root: SchemaFields(shape) for shape in (FILE, SOAP)}
_OTHER_SPELLINGS: Final = {
    "FamilyNameAt16": "FamilyNameAtAge16",
    "LastKnownAddressCountyorCity": "LastKnownAddressCountyOrCity",
}
ELEMENTS: Final = {name: _OTHER_SPELLINGS.get(name, name) for name in LEARNER}
"""The element of each column, in the order of both."""
VALUES: Final = {
    name: Field.model_validate({**SCHEMA[name].model_dump(by_alias=True), "name": element})
    for name, element in ELEMENTS.items()
}
"""What each column may hold, told under the name of its element."""


def shape_of(path: Path) -> Shape:
    """Return the form of a file by its outermost element; the first where it has neither root."""
    with path.open("rb") as file:
        begin = start(file)
        if isinstance(begin, FileFault):
            return FILE
        _, token = Scanner(Source(file, begin.encoding, begin.offset), begin.offset, 1).prolog()
    name = token[2].rpartition(b":")[2].decode("utf-8", "replace") if token else ""
    return SOAP if name == SOAP.root else FILE
