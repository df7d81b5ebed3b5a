"""What becomes of an HTTP call."""

from enum import StrEnum


class CallState(StrEnum):
    """
    from      to                        when
    --------  ------------------------  -----------------------------------------------------------------------------
    waiting   sending                   a worker has taken it; written before the first byte is sent
    sending   waiting                   its worker was lost, and it only reads: another one begins anew
    sending   done, failed, unknown     it was answered; refused; or nobody can say whether it was carried out
    sending   unknown                   its worker was lost, and it may have been carried out: it is never sent again
    waiting   failed                    no worker took it for a day
    """

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
