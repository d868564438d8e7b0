"""Two at the same moment who count on the same CoC Material (3.1a to 6.1a, 4.2a)."""

from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
PLANT = (SCRIPTS / "plant.py").read_text()
AT_ONCE = (SCRIPTS / "at_once.py").read_text()


def test_two_loads_do_not_share_what_was_sent(database, shell):
    """Of 50 t sent 40 t come back; the second 40 t are refused on Odoo's retry."""
    race = (SCRIPTS / "loop_race.py").read_text()
    result = shell(database(), PLANT + AT_ONCE + race)
    assert result["proposed"] == [40, 40]
    assert result["answers"] == ["SerializationFailure", "UserError"], result
    assert result["masses"] == [50, 40]
    assert result["assessments"] == 1


def test_two_verifications_do_not_share_what_is_allocated(database, shell):
    """Of 100 t allocated 60 t are verified; the second 60 t are refused."""
    race = (SCRIPTS / "interest_race.py").read_text()
    result = shell(database(), PLANT + AT_ONCE + race)
    assert result["answers"] == ["SerializationFailure", "UserError"], result
    assert result["masses"] == [100, 60]
    assert result["claims"] == ["verified", "to_verify"]
