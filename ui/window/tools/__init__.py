"""What helps a candidate at a question: calculator, highlighter, line reader, magnifier, notes, glossary, comment.

Every tool is a widget inside the exam window. Owns no state that matters: marks come from the session and go to it by
signals (`desk.ToolDesk`). A calculator's figures and memory live for as long as the desk does and are written nowhere.
"""
