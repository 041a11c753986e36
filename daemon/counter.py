"""The counter of the running service: what commands ask for is done here, by the same deeds that they do themselves."""

from __future__ import annotations

from collections.abc import Mapping

from daemon.commands import acts, evidence, lessons, reclassify, reconcile, report, retry
from daemon.deeds import Deed, Scene
from daemon.faults import Refused
from daemon.handover import Done, Request

DEEDS: Mapping[str, Deed] = {
    acts.SAY: acts.say_it,
    evidence.ADD: evidence.add_it,
    lessons.ADD: lessons.add_it,
    report.SEND: report.send_it,
    reclassify.RECLASSIFY: reclassify.reclassify_it,
    retry.RETRY: retry.retry_all,
    reconcile.RECONCILE: reconcile.compare_now,
}
"""By the name under which a command asks for it."""


def obey(scene: Scene, request: Request) -> Done:
    """Do what is asked; Refused for a name that is none of ours, as from a command of another version."""
    deed = DEEDS.get(request.name)
    if deed is None:
        raise Refused(f"the running service knows no {request.name}: restart it, so that it is of the same version")
    return deed(scene, request)
