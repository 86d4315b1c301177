"""What all worker processes of a console hold, in the process of a test."""

from app.burst_requests import BURST_REQUESTS
from app.care_requests import RescueFiles
from app.hub_requests import HUB_REQUESTS
from app.live_requests import LIVE_REQUESTS
from app.operations.rescue_files import rescue_files
from app.requests import ProgressSink, Reply, Request
from app.sync.follower import Connect
from app.worker.boundary import answered
from app.worker.handlers import DeskState, handle
from app.worker.hub_handlers import HubRoom
from app.worker.job_process import JOB_HANDLERS, carry_out_job
from app.worker.recorder_process import RecorderRoom
from app.worker.watch_process import WatchRoom


class WorkerRooms:
    """Answers every request as the process would that the client sends it to."""

    def __init__(self, connect_hub: Connect | None = None, desk: DeskState | None = None) -> None:
        self.desk = desk or DeskState()
        self.recorder, self.watch, self.hub = RecorderRoom(), WatchRoom(), HubRoom(connect_hub)

    def answer(self, request: Request, progress: ProgressSink) -> Reply:
        return answered(request, lambda: self._carry_out(request, progress))

    def _carry_out(self, request: Request, progress: ProgressSink) -> Reply:
        if isinstance(request, LIVE_REQUESTS):
            return self.recorder.carry_out(request)
        if isinstance(request, BURST_REQUESTS):
            return self.watch.carry_out(request)
        if isinstance(request, HUB_REQUESTS):
            return self.hub.look(request)
        if isinstance(request, (RescueFiles, *JOB_HANDLERS)):
            return carry_out_job(request, progress, rescue_files)
        return handle(self.desk, request, progress)

    def close(self) -> None:
        """Let go of everything, the open workspace too."""
        for room in (self.recorder, self.watch, self.hub):
            room.close()
        if self.desk._workspace is not None:
            self.desk._workspace.close()
