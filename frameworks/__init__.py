"""The method as data; this file only makes the folder ship as ``hoi.frameworks``."""
