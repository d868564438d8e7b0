from . import document, portal, statement, verification
