"""Figures as pure functions of records. Each module has ``figure``, ``headline`` and ``summary``; none needs a browser.

``figure`` gives a plotly figure without a title: the page prints ``headline``, the finding as a sentence with its
number; ``summary`` says in words what can be seen, for screen readers and documents.
"""
