"""Two seeds of the differential run over queries; differential_queries.py runs many."""

import differential_queries


def test_same_answers_as_the_reference(wheel_dir):
    compared, found = differential_queries.run(1, 2, 100)
    assert not found, "\n".join(f"{at}: {text}" for at, text in found.items())
    assert compared == 200
