import a, b.c as d
from . import (a, b as c,)
from ....x.y import *
