"""Sealing while others post and seal: nothing is left out, and nobody waits."""

from pathlib import Path

SCRIPTS = Path(__file__).parent / "scripts"
PLANT = (SCRIPTS / "plant.py").read_text()
RACE = (SCRIPTS / "seal_race.py").read_text()


def test_nothing_is_left_out_and_nobody_waits(database, shell):
    answers = shell(database(), PLANT + RACE)
    assert answers == {
        "sealed while posting": 1,
        "sealed again": 0,
        # The slow one's id is lower; until it ends, no id is done with.
        "without the slow one": [[20], 0],
        "sealed later": 1,
        "sealed at last": 0,
        "with the slow one": [20, 10],
        "while another seals": None,
        "meanwhile": 1,
        "with an old snapshot": "SerializationFailure",
        "numbers": [1, 2, 3, 4],
        "state": "in_order",
    }
