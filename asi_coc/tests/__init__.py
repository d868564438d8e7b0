from . import test_balance, test_core
