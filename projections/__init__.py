"""The read side. Everything here can be deleted and rebuilt from the log.

Events become rows of one table of facts (page.py), kept up with the log by pulling (runner.py). A `Moment` is a
pair of times over that table (moment.py, reader.py), and a view is a function of a moment, `roster(moment, batch)`.

view            asks for                                    made by the events
roster          seats, terms, status; outcomes; exceptions  membership-*, outcome-decided, exception-granted
people          known people, posts, honours, leaving       person-*, post-*, honour-recorded, membership-*
dossier         all of one person, and its sources          every event of the person
yearly_review   members of a year: measures, grades         review-*, grade-*, placement-*, mentor-*, document-* …
vacancies       places, vacancies, motions, rounds          vacancy-*, motion-*, step-opened, membership-*
timetable       windows, steps, what falls due              plan-*, step-*, motion-raised, result-announced, grade-*
coverage        what is still lacking (M1-M4, D1, E1)       the training and review events
selection       who was nominated, assessed, voted on       candidate-*, ballot-*, *-assessed, resolution-reached …
exceptions      judgements in envelopes, grants             any event with judgements, exception-granted
findings        what departs from the rules or is lacking   every event, decided again (conformance/)
headcount       places taken over time, targets             plan-*, membership-*
ages            ages of members or candidates, the rule     person-*, membership-*, candidate-*
hours           study hours of a year, by area              study-session-held, attendance-recorded
ways            from nominated to outcome, counted          candidate-*, membership-*, outcome-decided
history         events themselves, in log order             all; its sentences are in sentences.toml

An event's facts are said by its class in domain/events; a correction or withdrawal says others in their place.
"""
