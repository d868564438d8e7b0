import json

from odoo import models


class AsiCocAuditPack(models.Model):
    """Keeps what steps tell later ones, in files beside the pack.

    A step that is begun anew writes its own file anew; memory stays bounded.
    """

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit.pack"

    def _get_pack_folder(self, *names):
        """Return the path of a folder of the pack, made if need be."""
        folder = self._get_folder().joinpath("pack", *names)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _note_file(self, records_model, record_id, path):
        """Note that ``path`` in the pack is a file of a record."""
        self._note("files", model=records_model, id=record_id, path=path)

    def _note(self, kind, **values):
        """Keep ``values`` for later steps, among the notes of ``kind``."""
        path = self._get_folder() / "notes" / f"{kind}-{self.position:05}.jsonl"
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(values, ensure_ascii=False) + "\n")

    def _forget_notes(self):
        """Forget what an earlier attempt at this step noted."""
        for path in (self._get_folder() / "notes").glob(f"*-{self.position:05}.jsonl"):
            path.unlink()

    def _iter_notes(self, kind):
        """Yield the notes of ``kind``, in the order of the steps."""
        for path in sorted((self._get_folder() / "notes").glob(f"{kind}-*.jsonl")):
            with open(path, encoding="utf-8") as file:
                yield from map(json.loads, file)
