"""The soak of soak.py: a short one for every change, a long one of all pairs by `make soak`.
WHIMBREL_SOAK_SECONDS, WHIMBREL_PAIRS and WHIMBREL_SEED choose."""

import os

import pytest

import soak
from support.live import chosen_pairs

SEED = os.environ.get("WHIMBREL_SEED")


@pytest.mark.parametrize("pair", [("postgresql", "mysql")], ids="-".join)
def test_live_13_a_bank_that_is_moved_in_a_storm(pair):
    soak.run(pair, 20, SEED)


@pytest.mark.soak
@pytest.mark.parametrize("pair", chosen_pairs(), ids="-".join)
def test_live_13_a_bank_that_is_moved_in_a_long_storm(pair):
    soak.run(pair, float(os.environ.get("WHIMBREL_SOAK_SECONDS") or 600), SEED)
