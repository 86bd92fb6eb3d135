from ..simple import VALUE
from . import leaf
SUB = VALUE + 1
