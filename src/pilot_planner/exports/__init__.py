"""A finished plan as what donors ask for: proposal, workbook, IATI, HXL, logical framework.

Every format is made from one ``Dossier``, so that a figure is worked out once and is the same in every file.
"""
