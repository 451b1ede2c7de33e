"""Reports to donors after the signature, from the actuals: financial forms, IATI with transactions, HXL, the framework."""
