"""The system administrator's view of the machinery: which recurring and background jobs fail."""

from .. import background
from ..tables import JobTable, QueuedTable
from ..ticks import BACK_OFF
from .base import PortalPage


class JobsPage(PortalPage):
    """How every job stands; the number of the workbench counts the rows that failed."""

    template_name = "core/jobs.html"
    permission = "core.view_jobs"
    title = "后台任务"
    lede = f"定时任务失败后隔 {'、'.join(map(str, BACK_OFF[:-1]))} 分钟再试，以后每 {BACK_OFF[-1]} 分钟试一次。"

    def get_context_data(self, **kwargs):
        recurring = JobTable(background.recurring(), orderable=False)
        queued = background.queued()
        queued_table = QueuedTable(queued, orderable=False) if queued else None
        return super().get_context_data(recurring=recurring, queued=queued_table, **kwargs)
