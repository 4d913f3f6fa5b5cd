"""From what was recorded back to the command it came from, so that the same rules can decide it again.

Events carry nearly all that their command said: fields of one name mean one thing. What a command says otherwise is
here, an event type at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from domain import commands, events
from domain.desk import Command, Request
from domain.errors import Unknown
from domain.events.base import INITIAL_ROUND, Event, Recorded
from domain.facts import Facts
from domain.language import Origin, Result, VacancyCause
from domain.rules import GrantedException

Bundle = Sequence[Recorded]

# The command that an event of a type leads the records of. Every other type only follows from one of these.
LEADS: dict[type[Event], type[Command]] = {
    events.batch.PlanPublished: commands.batch.Publication,
    events.batch.PlanAmended: commands.batch.AmendPlan,
    events.batch.StepOpened: commands.batch.OpenStep,
    events.batch.StepClosed: commands.batch.CloseStep,
    events.batch.StepRescheduled: commands.batch.RescheduleStep,
    events.batch.LeadingGroupFormed: commands.batch.FormLeadingGroup,
    events.batch.LeadingGroupChanged: commands.batch.ChangeLeadingGroup,
    events.batch.BatchClosed: commands.batch.CloseBatch,
    events.person.PersonRegistered: commands.person.RegisterPerson,
    events.person.PersonFactChanged: commands.person.ChangePersonFact,
    events.person.PostHeld: commands.person.RecordPost,
    events.person.PostEnded: commands.person.EndPost,
    events.person.HonourRecorded: commands.person.RecordHonour,
    events.person.PersonLeft: commands.person.RecordLeaving,
    events.selection.CandidateNominated: commands.nomination.NominateCandidate,
    events.selection.NominationWithdrawn: commands.nomination.WithdrawNomination,
    events.selection.BallotHeld: commands.nomination.TallyBallot,
    events.selection.EligibilityAssessed: commands.assessment.AssessEligibility,
    events.selection.ExceptionGranted: commands.assessment.GrantException,
    events.selection.PreferenceNoted: commands.assessment.NotePreference,
    events.selection.AppraisalCited: commands.assessment.CiteAppraisal,
    events.selection.StaffOpinionRecorded: commands.assessment.RecordStaffOpinion,
    events.selection.ConductAssessed: commands.assessment.AssessConduct,
    events.selection.ComprehensiveAssessmentCompleted: commands.assessment.CompleteAssessment,
    events.selection.CandidateShortlisted: commands.assessment.ShortlistCandidate,
    events.committee.MeetingHeld: commands.committee.HoldMeeting,
    events.committee.RecusalDeclared: commands.committee.DeclareRecusal,
    events.committee.ResolutionReached: commands.committee.PassResolution,
    events.committee.ResultAnnounced: commands.committee.AnnounceResult,
    events.committee.NoticeOpened: commands.notice.OpenNotice,
    events.committee.ObjectionReceived: commands.notice.ReceiveObjection,
    events.committee.ObjectionResolved: commands.notice.ResolveObjection,
    events.committee.NoticeClosed: commands.notice.CloseNotice,
    events.membership.MembershipStarted: commands.membership.AdmitCandidate,
    events.membership.MembershipSuspended: commands.membership.SuspendMembership,
    events.membership.MembershipResumed: commands.membership.ResumeMembership,
    events.training.StudySessionHeld: commands.study.HoldStudySession,
    events.training.AttendanceRecorded: commands.study.RecordAttendance,
    events.training.PlacementStarted: commands.training.StartPlacement,
    events.training.PlacementEnded: commands.training.EndPlacement,
    events.training.MentorPaired: commands.training.PairMentor,
    events.training.PairingClosed: commands.training.ClosePairing,
    events.training.MentoringActivityRecorded: commands.training.RecordMentoring,
    events.training.RequirementIssued: commands.training.IssueRequirement,
    events.training.GuideAssigned: commands.training.AssignGuide,
    events.training.PracticeRecorded: commands.training.RecordPractice,
    events.training.DocumentFiled: commands.material.FileDocument,
    events.training.DocumentAccepted: commands.material.AcceptDocument,
    events.training.DocumentReturned: commands.material.ReturnDocument,
    events.training.InspectionTalkHeld: commands.material.HoldInspectionTalk,
    events.review.ReviewOpened: commands.review.OpenReview,
    events.review.SelfSummarySubmitted: commands.review.SubmitSelfSummary,
    events.review.AppraisalTallied: commands.review.TallyAppraisal,
    events.review.GradeProposed: commands.review.ProposeGrade,
    events.review.GradeConfirmed: commands.review.ConfirmGrade,
    events.review.GradeWaived: commands.review.WaiveGrade,
    events.review.DeferredGradeResolved: commands.review.ResolveDeferredGrade,
    events.review.GradeAcknowledged: commands.review.AcknowledgeGrade,
    events.review.ReviewClosed: commands.review.CloseReview,
    events.disqualification.ConcernRaised: commands.disqualification.RaiseConcern,
    events.disqualification.ConcernVerified: commands.disqualification.VerifyConcern,
    events.disqualification.ConcernUnfounded: commands.disqualification.DismissConcern,
    events.disqualification.PersonHeard: commands.disqualification.HearPerson,
    events.disqualification.HearingWaived: commands.disqualification.WaiveHearing,
    events.disqualification.DisqualificationProposed: commands.disqualification.ProposeDisqualification,
    events.disqualification.DisqualificationDecided: commands.disqualification.DecideDisqualification,
    events.disqualification.DecisionNotified: commands.disqualification.NotifyDecision,
    events.disqualification.AppealLodged: commands.disqualification.LodgeAppeal,
    events.disqualification.AppealDecided: commands.disqualification.DecideAppeal,
    events.vacancy.VacancyOpened: commands.batch.OpenInitialVacancies,
    events.vacancy.MotionRaised: commands.vacancy.RaiseMotion,
    events.vacancy.MotionConsented: commands.vacancy.ConsentToMotion,
    events.vacancy.MotionRefused: commands.vacancy.RefuseMotion,
    events.vacancy.VacancyCancelled: commands.vacancy.CancelVacancy,
    events.cycle_end.CycleAssessed: commands.cycle_end.AssessCycle,
    events.cycle_end.OutcomeDecided: commands.cycle_end.DecideOutcome,
    events.cycle_end.PromotionRecorded: commands.cycle_end.RecordPromotion,
    events.cycle_end.DossierHandedOver: commands.cycle_end.HandOverDossier,
    events.record.EventCorrected: commands.record.CorrectEvent,
    events.record.EventWithdrawn: commands.record.WithdrawEvent,
    events.signing.SigningKeyRotated: commands.signing.RotateSigningKey,
}


def bundles(events: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    """What one command recorded, command by command."""
    for _, bundle in groupby(events, lambda recorded: recorded.body.correlation):
        yield list(bundle)


def retold(bundle: Bundle, known: Facts) -> Command | None:
    """The command that the records came from; None where no command leads to them. Raises ValidationError."""
    first = bundle[0]
    command = _leading(first.event)
    if command is None:
        return None
    said = {"person": first.stream, **dict(first.event), **_SAID.get(type(first.event), _nothing)(bundle, known)}
    return command.model_validate({name: said[name] for name in command.model_fields if name in said})


def _leading(event: Event) -> type[Command] | None:
    if isinstance(event, events.membership.MembershipStarted) and event.origin is Origin.ADVANCED:
        return commands.cycle_end.AdvanceMember
    if isinstance(event, events.vacancy.VacancyOpened) and event.cause is not VacancyCause.INITIAL:
        return None
    return LEADS.get(type(event))


def requested(bundle: Bundle) -> Request:
    """What accompanied the command. Each judgement tells the reason, approver and resolution that were given for it."""
    body = bundle[0].body
    return Request(
        occurred_on=body.occurred_on,
        capacity=body.capacity,
        reason=body.reason,
        document=body.document,
        exceptions=tuple(
            GrantedException(rule=j.rule, reason=j.reason, approver=j.approver, resolution=j.resolution)
            for j in body.judgements
            if j.reason
        ),
        evidence=tuple(file.sha256 for file in body.evidence),
        causation=body.causation,
    )


Said = Mapping[str, Any]


def _nothing(bundle: Bundle, known: Facts) -> Said:
    del bundle, known
    return {}


def _attendance(bundle: Bundle, known: Facts) -> Said:
    del known
    lines = [
        commands.study.AttendanceLine(person=r.stream, attendance=r.event.attendance, hours=r.event.hours)
        for r in bundle
        if isinstance(r.event, events.training.AttendanceRecorded)
    ]
    return {"lines": tuple(lines)}


def _ballot(bundle: Bundle, known: Facts) -> Said:
    del known
    lines = [
        commands.nomination.BallotLine(
            person=r.stream, agree=r.event.agree, disagree=r.event.disagree, abstain=r.event.abstain
        )
        for r in bundle
        if isinstance(r.event, events.selection.BallotCounted)
    ]
    return {"lines": tuple(lines)}


def _vote(bundle: Bundle, known: Facts) -> Said:
    del known
    stream, event = bundle[0].stream, bundle[0].event
    assert isinstance(event, events.committee.ResolutionReached)
    return {
        "person": None if stream == event.batch else stream,
        "deferred": event.result is Result.DEFERRED,
    }


def _recusal(bundle: Bundle, known: Facts) -> Said:
    event = bundle[0].event
    assert isinstance(event, events.committee.RecusalDeclared)
    return {"batch": _batch_of(known, "meeting", event.meeting)}


def _start(bundle: Bundle, known: Facts) -> Said:
    """The round of an admission, and the batch that somebody advances from, are those of the resolution."""
    event = bundle[0].event
    assert isinstance(event, events.membership.MembershipStarted)
    if event.origin is Origin.ADVANCED:
        return {"batch": _batch_of(known, "resolution", event.resolution)}
    made = known.maker("resolution", event.resolution)
    turn = getattr(made.event, "round", None) if made else None
    return {"round": INITIAL_ROUND if event.origin is Origin.INITIAL else turn or INITIAL_ROUND}


def _amendment(bundle: Bundle, known: Facts) -> Said:
    del known
    event = bundle[0].event
    assert isinstance(event, events.record.EventCorrected | events.record.EventWithdrawn)
    return {"position": event.target}


def _rotation(bundle: Bundle, known: Facts) -> Said:
    del bundle
    return {"after": known.position}


def _batch_of(known: Facts, kind: str, key: str) -> str:
    made = known.maker(kind, key)
    if made is None:
        raise Unknown(f"没有 {key} 的记录。", f"Nothing on record is {key}.")
    return str(getattr(made.event, "batch"))  # noqa: B009 - meetings and resolutions are of a batch


_SAID: dict[type[Event], Callable[[Bundle, Facts], Said]] = {
    events.training.AttendanceRecorded: _attendance,
    events.selection.BallotHeld: _ballot,
    events.committee.ResolutionReached: _vote,
    events.committee.RecusalDeclared: _recusal,
    events.membership.MembershipStarted: _start,
    events.record.EventCorrected: _amendment,
    events.record.EventWithdrawn: _amendment,
    events.signing.SigningKeyRotated: _rotation,
}
