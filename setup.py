"""Names the packages; everything else about the build is in pyproject.toml.

A list in pyproject.toml would have to name every new sub-package, and its ``find``
cannot be joined with the two data packages that live outside ``src``.
"""

from setuptools import find_packages, setup

setup(packages=[*find_packages("src"), "hoi.frameworks", "hoi.resources"])
