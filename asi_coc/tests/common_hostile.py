"""Uploads that mean harm, and what they may cost."""

import time
import tracemalloc

from odoo.tests import BaseCase

from ..core import twin
from ..core.pdf_twin import read_upload
from ..core.twin_messages import TwinError
from .common_twin import figure_12

#: Seconds of the processor and bytes of memory an upload may take.
TIME_LIMIT = 2
MEMORY_LIMIT = 150 * 2**20
MEGABYTE = 2**20
TWIN = twin.dump(figure_12())


class HostileCase(BaseCase):
    def result_of(self, data):
        """Return the code of what is wrong with an upload, or its payload."""
        start = time.process_time()
        try:
            return read_upload("upload", data)
        except TwinError as error:
            self.assertTrue(str(error))
            return error.code
        finally:
            self.assertLess(time.process_time() - start, TIME_LIMIT)

    def check(self, data, code):
        self.assertEqual(self.result_of(data), code)
        tracemalloc.start()
        try:
            with self.assertRaises(TwinError):
                read_upload("upload", data)
            self.assertLess(tracemalloc.get_traced_memory()[1], MEMORY_LIMIT)
        finally:
            tracemalloc.stop()
