"""Scripted what-ifs: study files, sampled runs, folders of runs that can be resumed."""
