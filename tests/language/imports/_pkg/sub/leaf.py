from .. import NAME
from ..simple import VALUE
