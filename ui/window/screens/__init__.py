"""One file a screen. Pages take a view (a frozen value) and tokens; they hold nothing but what is being typed.

What things are called. An outside program (a screen reader, a robot) finds everything by role and name; names are unique
on their screen and do not change with the state of the thing. The window itself is called after the screen: ``This seat is
free``, ``Proctor PIN``, ``Check in a candidate``, ``Is this you?``, ``Candidate agreement``, ``What comes next``,
``Section 1 · Question 3 of 16``, ``Tutorial · Question 1 of 2``, ``Section 1 · Review``, ``Break``, ``Submit exam``,
``The exam is paused``, ``Proctor panel``, ``The exam is over``, ``Seat administration``, ``Please call the proctor``,
``Exams of other seats``, ``Continue an exam from another seat``, ``One moment``, ``This seat is locked``,
``The computer was asleep``, ``Protection of this computer``.

==============  ====================================================================================================
screen          buttons, unless another role is said
==============  ====================================================================================================
all             Tools (a check box to readers); then radio buttons 100 % … 400 %, Light, Dark, High contrast, Normal, Wide,
                Very wide, Side by side, One column; at large text Smaller text, Larger text instead of the sizes
in a session    Proctor; Hide the time or Show the time (while a clock runs)
idle            Check in a candidate · Seat administration · Continue this exam or Continue in a new session · Continue from
                another seat (where second copies of other seats' exams are on the stick) · Protection (where the seat is
                locked down)
unlock          text "Search for a name" · list "Proctors" with an item a name (``Silas Siteadmin, Site admin``) · text
                "PIN" · 0 … 9 · Clear · Delete last digit · Enter PIN · Back
check-in        text "Search by name" · list "Roster" with an item a candidate (``Ada Example, 09:00 · …``) · Check identity,
                which becomes Start session, or Start all the same · Back
copies          Continue with a PIN · Back
take-over       text "Search by name" · list "Exams with a second copy" with an item a candidate · Look at this exam, which
                becomes Continue it here · Back
locked          text "What you found" · as unlock, without Back · Open with a PIN, which goes to the names
asleep          Go on
protection      Back
identity        text "Try your keyboard" · where the seat has several, radio buttons with the names of its keyboard layouts · Yes,
                this is me · No, this is not me, which asks: End this session, Go back
agreement       I accept · I decline, which asks: Decline and end, Read again
section intro   Start tutorial, Start section or Start poll · Skip the poll
item            Flag for review (a check box to readers) · Review · Previous · Next, or Finish tutorial, Finish poll at the
                end of those; inside the item: see ``ui.window.items``. The sign says Saved, Saving…, Still saving… or Not
                saved. Where the exam or the candidate's needs have it: Submit answer · Take a break, which asks: Start the
                break, Keep working · Directions for these questions (a check box to readers) · the tools by their names
                (``ui.window.tools.aids``), at large text behind Question tools
review          radio buttons All questions, Not answered, Flagged · tiles ``Question 3, not answered, flagged, with a
                comment, closed`` · Take a break, as above · Back to the question · End section,
                which asks: End section now, Keep working; in the last scored section Submit exam, which asks: Submit now,
                Keep working
break           End the break, which asks: End the break now, Rest on
submit          Submit exam
pause           as unlock · Back to the exam (after the candidate called the proctor or took a break)
proctor         Resume exam · Keep paused · radio buttons 5 minutes … 30 minutes, text "Reason for more time", Give this
                time · text "What happened", Save note · radio buttons for the reason, text "Details of the reason", End
                session, which asks: End session for good, Do not end it
done            Free this seat
fault           Leave this page
admin           radio buttons Overview, Exams, Roster, Sessions, Stick · tables Exams, Roster, Sessions · text "Folder of the
                stick" · Import from stick · Export to stick · Read receipts · Erase results, which asks: Erase them, Keep
                them · Seal as unfinished (beside Sessions, after a cut), which asks: Seal it, Do not seal it · Close the
                program, which asks: Close it, Keep it open · Back to the start
==============  ====================================================================================================

Enter does the main action (bottom right; on the PIN pad, Enter PIN), Escape the careful one. A question that is asked on the
page puts the focus on its careful answer, and Enter outside a button does nothing then.
"""
