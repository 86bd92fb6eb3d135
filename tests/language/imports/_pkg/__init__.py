"""A package for the import tests."""
NAME = 'pkg'
