import a.b.c, d as e
import f.g as h
from . import i
from ..j import k as l, m
from n import *
