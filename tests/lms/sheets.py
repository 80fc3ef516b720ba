"""Made-up grade sheets as the platforms write them."""

from __future__ import annotations

BRIGHTSPACE = (
    "\ufeffOrgDefinedId,Username,Last Name,First Name,Email,"
    "Lab 1 Points Grade <Numeric MaxPoints:10 Weight:25 Category:Labs CategoryWeight:40>,"
    "Calculated Final Grade Numerator,Calculated Final Grade Denominator,End-of-Line Indicator\r\n"
    "#s250011,#ansk,Skov-Lund,Ane,ane@uni.example,,,,#\r\n"
    "#s250012,#jeli,Lind,Jens,jens@uni.example,4.00,,,#\r\n"
    "#s250013,#jel2,Lind,Jens,jel2@uni.example,,,,#\r\n"
    '#s250014,#ruho,"D\'Arc, Sr.",=1+1,ruho@uni.example,,,,#\r\n'
).encode()

CANVAS = (
    b"Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (77123),Lab 2 (77124),Labs Current Score,Final Score (2026)\n"
    b",,,,,Manual Posting,,,\n"
    b"    Points Possible,,,,,10.00,20.00,(read only),(read only)\n"
    b'"Skov-Lund, Ane",501,s250011,ansk,Autumn,,,,\n'
    b'"Lind, Jens",502,s250012,jeli,Autumn,4.00,11.50,,\n'
    b'"Lind, Jens",503,s250013,jel2,Autumn,EX,,,\n'
    b'"=""D\'Arc, =1+1""",504,s250014,ruho,Autumn,,,,\n'
    b'"Student, Test",599,,c0ffee,Autumn,,,,\n'
)

MOODLE = (
    "\ufeffIdentifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    'Participant 9011,Ane Skov-Lund,ane@uni.example,Submitted for grading,,10.00,Yes,"Monday, 7 September 2026, 9:12 PM",-,\n'
    'Participant 9012,Jens Lind,jens@uni.example,Submitted for grading - Graded,4.00,10.00,Yes,"Monday, 7 September 2026, 9:12 PM",-,See me\n'
    "Participant 9013,Jens Lind,jel2@uni.example,No submission,,10.00,No,-,-,\n"
    'Participant 9014,"=1+1 D\'Arc, Sr.",ruho@uni.example,No submission,,10.00,Yes,-,-,\n'
).encode()

MOODLE_GERMAN = (
    "ID,Vollständiger Name,ID-Nummer,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden,"
    "Zuletzt geändert (Abgabe),Zuletzt geändert (Bewertung),Feedback als Kommentare\n"
    'Teilnehmer/in9011,Ane Skov-Lund,s250011,ane@uni.example,Abgegeben,,"10,00",Ja,"Montag, 7. September 2026, 21:12",-,\n'
    'Teilnehmer/in9012,Jens Lind,s250012,jens@uni.example,Abgegeben,"4,00","10,00",Ja,"Montag, 7. September 2026, 21:12",-,\n'
).encode()

BLACKBOARD = (
    '\ufeff"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Availability"\t"Lab 1 [Total Pts: 10 Score] |55021"\t'
    '"Total [Total Pts: up to 30 Score] |55001"\t"Lab 2 [Total Pts: 10 Percentage] |55022"\r\n'
    '"Skov-Lund"\t"Ane"\t"ansk"\t"s250011"\t"Yes"\t"Needs Grading"\t""\t""\r\n'
    '"Lind"\t"Jens"\t"jeli"\t"s250012"\t"Yes"\t"4"\t"4"\t""\r\n'
).encode("utf-16-le")

BLACKBOARD_COLUMN = (
    b'"Username","Lab 1 [Total Pts: 10 Score] |55021","Grading Notes","Notes Format","Feedback to Learner","Feedback Format"\r\n'
    b'"ansk","","","SMART_TEXT","","SMART_TEXT"\r\n'
    b'"jeli","","","SMART_TEXT","","HTML"\r\n'
)
