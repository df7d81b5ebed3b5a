"""Points in time as people say them. The engine has no clock: what was said becomes a period beside one.

`moments_in` finds what is over or of today (`yesterday`, `on monday`, `two hours ago`), `ahead_in` what is still to
come (`tomorrow`, `until friday`, `in two hours`, `for two hours`). `on monday` and `3 may` are found by both.
"""

from .ahead import Ahead, Relation, ahead_in, without_times
from .past import Moment, moments_in

__all__ = ["Ahead", "Moment", "Relation", "ahead_in", "moments_in", "without_times"]
