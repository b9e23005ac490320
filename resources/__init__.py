"""The directory of help as data; this file only makes the folder ship as ``hoi.resources``."""
