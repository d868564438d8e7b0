<<<<<<< HEAD
from . import ir_actions_report, report_audit, report_document, report_statement
=======
from . import ir_actions_report, report_document, report_statement
from . import ir_actions_report_annual, report_annual_report
>>>>>>> a5e42b973cdf9f9ec9a181ceffb79febed1cd41a
