"""One plan: settings checked, the programme solved, its accounts, the state of its limits, what it rests on."""
