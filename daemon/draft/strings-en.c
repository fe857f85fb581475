/* English: the words of press texts, and the reasons of drafts. */

#include "draft/strings.h"

/* clang-format off: as many words a line as fit */
static const LexiconEntry words[] = {
        { WORD_MONTH, 1, "january|jan" },
        { WORD_MONTH, 2, "february|feb" },
        { WORD_MONTH, 3, "march|mar" },
        { WORD_MONTH, 4, "april|apr" },
        { WORD_MONTH, 5, "may" },
        { WORD_MONTH, 6, "june|jun" },
        { WORD_MONTH, 7, "july|jul" },
        { WORD_MONTH, 8, "august|aug" },
        { WORD_MONTH, 9, "september|sep|sept" },
        { WORD_MONTH, 10, "october|oct" },
        { WORD_MONTH, 11, "november|nov" },
        { WORD_MONTH, 12, "december|dec" },
        { WORD_WEEKDAY, 0, "sunday" },
        { WORD_WEEKDAY, 1, "monday" },
        { WORD_WEEKDAY, 2, "tuesday|tue|tues" },
        { WORD_WEEKDAY, 3, "wednesday|wed" },
        { WORD_WEEKDAY, 4, "thursday|thu|thurs" },
        { WORD_WEEKDAY, 5, "friday|fri" },
        { WORD_WEEKDAY, 6, "saturday" },
        { WORD_ORDINAL, 1, "first" },
        { WORD_ORDINAL, 2, "second" },
        { WORD_ORDINAL, 3, "third" },
        { WORD_ORDINAL, 4, "fourth" },
        { WORD_ORDINAL, 5, "fifth" },
        { WORD_ORDINAL, 6, "sixth" },
        { WORD_ORDINAL, 7, "seventh" },
        { WORD_ORDINAL, 8, "eighth" },
        { WORD_ORDINAL, 9, "ninth" },
        { WORD_ORDINAL, 10, "tenth" },
        { WORD_ORDINAL, 11, "eleventh" },
        { WORD_ORDINAL, 12, "twelfth" },
        { WORD_ORDINAL, 13, "thirteenth" },
        { WORD_ORDINAL, 14, "fourteenth" },
        { WORD_ORDINAL, 15, "fifteenth" },
        { WORD_ORDINAL, 16, "sixteenth" },
        { WORD_ORDINAL, 17, "seventeenth" },
        { WORD_ORDINAL, 18, "eighteenth" },
        { WORD_ORDINAL, 19, "nineteenth" },
        { WORD_ORDINAL, 20, "twentieth" },
        { WORD_RELATIVE, 0, "today|tonight|this morning|this afternoon|this evening" },
        { WORD_RELATIVE, 1, "tomorrow" },
        { WORD_RELATIVE, -1, "yesterday|last night|yesterday morning" },
        { WORD_RELATIVE, 2, "the day after tomorrow" },
        { WORD_SEASON, 3, "spring" },
        { WORD_SEASON, 6, "summer" },
        { WORD_SEASON, 9, "autumn" },
        { WORD_SEASON, 12, "winter" },
        { WORD_QUARTER, 0, "quarter" },
        { WORD_PART, PART_BEGIN, "early|the beginning of" },
        { WORD_PART, PART_MIDDLE, "mid|the middle of" },
        { WORD_PART, PART_END, "late|the end of" },
        { WORD_PART, PART_HALF_1, "the first half of" },
        { WORD_PART, PART_HALF_2, "the second half of" },
        { WORD_YEAR, 0, "year" },
        { WORD_THIS, 0, "this|current" },
        { WORD_THIS, -1, "last|previous|past" },
        { WORD_THIS, 1, "next|coming|upcoming" },
        { WORD_SPAN, 7, "week|weeks" },
        { WORD_SPAN, 30, "month|months" },
        { WORD_LENGTH, 1, "one-day" },
        { WORD_COUNT, 1, "one" },
        { WORD_LENGTH, 2, "two-day" },
        { WORD_COUNT, 2, "two" },
        { WORD_LENGTH, 3, "three-day" },
        { WORD_COUNT, 3, "three" },
        { WORD_LENGTH, 4, "four-day" },
        { WORD_COUNT, 4, "four" },
        { WORD_LENGTH, 5, "five-day" },
        { WORD_COUNT, 5, "five" },
        { WORD_DAYS, 0, "day|days" },
        { WORD_HOUR, 0, "hrs|hours|o'clock|h|uhr" },
        { WORD_HALF_DAY, 0, "am|a . m|a.m" },
        { WORD_HALF_DAY, 12, "pm|p . m|p.m" },
        { WORD_ZONE, 0, "moscow time|msk" },
        { WORD_ZONE, 1, "local time" },
        { WORD_ZONE, 14, "utc|gmt" },
        { WORD_ZONE, 15, "cet|cest" },
        { WORD_ZONE, 16, "bst" },
        { WORD_ZONE, 17, "est|edt|et" },
        { WORD_ZONE, 2, "yekaterinburg time" },
        { WORD_ZONE, 12, "tashkent time" },
        { WORD_ZONE, 11, "astana time|almaty time" },
        { WORD_ZONE, 3, "samara time" },
        { WORD_ZONE, 18, "gst" },
        { WORD_FROM, 0, "from|between" },
        { WORD_TO, 0, "to|until|till|through|thru" },
        { WORD_AND, 0, "and|&" },
        { WORD_EVENT, DRAFT_SESSION,
                        "session|forum|conference|seminar|webinar|workshop|congress|summit|symposium"
                        "|roundtable|round table|round-table|masterclass|master class|convention|hackathon"
                        "|press conference|general assembly|annual assembly|plenary session|panel discussion|business forum"
                        "|strategy session|annual meeting|general meeting|bootcamp|training course|meetup"
                        "|board meeting|consultation|training day|demo day|pitch day|career day|supplier day|info day"
                        "|information day|boot camp|summer school|winter school|spring school|autumn school|final"
                        "|finals|hearing|public hearing|working group meeting|colloquium|forum day|retreat|assembly|agm|egm|board call|conference call"
                        "|webcast|video call|kick-off call|committee call|gathering|annual gathering|partner day|members' day|industry day|innovation day|business day" },
        { WORD_EVENT, DRAFT_SESSION | EVENT_PLURAL,
                        "sessions|forums|conferences|seminars|webinars|workshops|congresses|summits"
                        "|roundtables|conventions|consultations|round tables|masterclasses" },
        { WORD_EVENT, DRAFT_SESSION | EVENT_WEAK,
                        "panel|lecture|training|course|school|briefing|colloquium|discussion|presentation|dialogue" },
        { WORD_EVENT, DRAFT_EXHIBITION,
                        "exhibition|expo|trade fair|trade show|tradeshow|fair|expo-forum|exposition"
                        "|trade exhibition" },
        { WORD_EVENT, DRAFT_EXHIBITION | EVENT_PLURAL, "exhibitions|expos|trade shows|trade fairs|fairs" },
        { WORD_EVENT, DRAFT_EXHIBITION | EVENT_WEAK, "salon|show" },
        { WORD_EVENT, DRAFT_VISIT,
                        "study tour|site visit|study visit|plant tour|factory tour|business tour|open day|open days|open doors day"
                        "|open house|business mission|trade mission|familiarisation tour|familiarization tour"
                        "|tour|guided tour|technical visit|field trip|press tour|excursion|fact-finding visit"
                        "|working visit|official visit|study trip|inspection tour|learning tour|cluster tour" },
        { WORD_EVENT, DRAFT_VISIT | EVENT_WEAK, "visit|trip" },
        { WORD_EVENT, DRAFT_VISIT | EVENT_PLURAL, "tours|visits|missions|trips|site visits" },
        { WORD_EVENT, DRAFT_MEETING,
                        "meeting|b2b meeting|matchmaking event|brokerage event|networking event"
                        "|networking breakfast|business breakfast|breakfast|reception|talks|networking evening"
                        "|business lunch|dinner|gala dinner|networking drink|networking drinks" },
        { WORD_EVENT, DRAFT_MEETING | EVENT_PLURAL, "meetings|negotiations" },
        { WORD_EVENT, DRAFT_OTHER,
                        "ceremony|opening ceremony|signing ceremony|grand opening|festival|championship|gala"
                        "|award ceremony|groundbreaking ceremony|ribbon-cutting ceremony|inauguration|official opening|awards dinner|groundbreaking|roadshow|road show"
                        "|barbecue|picnic|garden party|christmas party|golf day|quiz night|fun run|concert" },
        { WORD_EVENT, DRAFT_OTHER | EVENT_WEAK, "opening|launch|week|day|days" },
        { WORD_EVENT, DRAFT_OTHER | EVENT_GENERIC, "event" },
        { WORD_EVENT, DRAFT_OTHER | EVENT_GENERIC | EVENT_PLURAL, "events" },
        { WORD_HOLD, TENSE_PAST,
                        "was held|were held|took place|has taken place|opened|closed|concluded|kicked off"
                        "|wrapped up|brought together|gathered|attracted|was organised|was organized"
                        "|was hosted|was attended by|has concluded|began|ended|started|drew|has opened"
                        "|has been held|was opened|ran from" },
        { WORD_HOLD, TENSE_FUTURE,
                        "is tomorrow|is today|is on|are on|will be on|will be held|will take place|takes place|to be held|will open|opens"
                        "|will bring together|will run|runs from|will start|starts|begins|will begin"
                        "|will be hosted|is scheduled|are scheduled|scheduled for|is to take place"
                        "|will gather|is set for|set to take place|returns|will return|moves to|will be back|is back|comes back|will be opened"
                        "|kicks off|will kick off|will be organised|will be organized|will convene|convenes"
                        "|was set to launch|kicks off on|will conclude|ends|to take place|is due to take place|is planned for|will focus|will feature|will last" },
        { WORD_HOLD, TENSE_NOW, "is being held|is taking place|is under way|is underway|continues|runs" },
        { WORD_RUN, TENSE_PAST,
                        "hosted|held|organised|organized|conducted|staged|welcomed participants|hosted a"
                        "|ran a|convened|arranged|completed|co-hosted|co-organised" },
        { WORD_RUN, TENSE_FUTURE,
                        "will host|will hold|will organise|will organize|invites|invite|hosts|holds|organises"
                        "|organizes|to host|to hold|is hosting|is organising|is organizing|will run"
                        "|cordially invites|invited to|are invited to|announces|announced"
                        "|is pleased to announce|join us|join the|join us for|join us at|will stage|presents|register for"
                        "|welcomes|looks forward to|save the date" },
        { WORD_ATTEND, TENSE_PAST,
                        "participated at|took part at|gathered for|gathered at|came together for|met for|was represented at|were represented at|took part in|participated in|attended|spoke at|exhibited at|presented at|joined"
                        "|addressed" },
        { WORD_ATTEND, TENSE_FUTURE,
                        "attends|takes part in|participates in|exhibits at|will take part in|will participate in|will attend|will speak at|will exhibit at"
                        "|will present|will join|will showcase" },
        { WORD_VISIT, TENSE_PAST,
                        "visited|arrived in|travelled through|studied the experience of|looked around|went to see|inspected|travelled to|touring the|visiting the|toured|paid a visit to|was shown around|were shown around|received a delegation"
                        "|welcomed a delegation|hosted a delegation" },
        { WORD_VISIT, TENSE_NOW, "visit|tour|visits|tours|is visiting|are visiting" },
        { WORD_VISIT, TENSE_FUTURE,
                        "will visit|will tour|to visit|will receive a delegation|will welcome a delegation" },
        { WORD_RECEIVE, TENSE_PAST, "received|hosted|welcomed" },
        { WORD_RECEIVE, TENSE_NOW, "receives|hosts|welcomes" },
        { WORD_RECEIVE, TENSE_FUTURE, "will receive|will host|will welcome" },
        { WORD_PEOPLE, 1, "delegation|delegations" },
        { WORD_PEOPLE, 0,
                        "students|pupils|visitors|guests|officials|representatives|members|group|team|entrepreneurs|investors"
                        "|journalists|executives|engineers|professionals|managers" },
        { WORD_MEET, TENSE_PAST, "met" },
        { WORD_MEET, TENSE_FUTURE, "will meet" },
        { WORD_SIGN, TENSE_PAST,
                        "signed an agreement|signed a memorandum|memorandum was signed|agreement was signed"
                        "|signed a cooperation agreement" },
        { WORD_FRAME, 0,
                        "within|within the framework of|as part of|during|on the sidelines of"
                        "|in the course of|at the margins of|alongside|in the framework of|the programme of"
                        "|the program of|following|under the auspices of" },
        { WORD_BACKGROUND, 2,
                        "previously|earlier|last year|formerly|in the past|over the years|background"
                        "|the previous|the last edition|a year earlier|minutes of" },
        { WORD_BACKGROUND, 1,
                        "annually|every year|traditionally|in recent years|each year|regularly|since|monthly"
                        "|weekly|held every|is held annually" },
        { WORD_DEADLINE, 0,
                        "registration|register|deadline|applications|apply|submission|submissions|rsvp"
                        "|abstracts|early bird|early-bird|accreditation|no later than|discount|confirm|papers"
                        "|proposals|valid until|on sale|tickets|book your" },
        { WORD_PLAN, 0,
                        "will be built|construction|is to be commissioned|will be commissioned"
                        "|to be completed|completion|is expected to open its|plans to build|will invest"
                        "|production will start|commissioning" },
        { WORD_OFF, 0, "cancelled|canceled|postponed|rescheduled|moved|move|pushed back|brought forward" },
        { WORD_MANY, 0,
                        "various|many|several|numerous|other|all|any|such|more|most|leading|regional|these"
                        "|those|hundreds|dozens" },
        { WORD_NOT_HEAD, 0,
                        "participants of|participants in|programme of|program of|organisers of|organizers of"
                        "|attendees of|guests of|visitors to|visitors of|speakers of|agenda of|the theme of"
                        "|the aim of|website of|topic of|outcomes of|results of|partner of|partners of"
                        "|preparation of|preparations for|themes of|venue of|number of|stand at|booth at" },
        { WORD_LABEL, LABEL_DATE, "date|dates|when|date and time|event date" },
        { WORD_LABEL, LABEL_PLACE, "venue|where|location|place|address" },
        { WORD_LABEL, LABEL_TIME, "time|start|begins|hours|doors open" },
        { WORD_LABEL, LABEL_TOWN, "city" },
        { WORD_LABEL, LABEL_DEADLINE,
                        "deadline|registration deadline|register by|rsvp by|apply by|registration closes"
                        "|submission deadline|early bird until" },
        { WORD_LABEL, LABEL_PUBLISHED,
                        "published|posted|posted on|published on|updated|last updated|date of publication"
                        "|release date|released|for immediate release" },
        { WORD_LABEL, LABEL_TOPIC, "topic|title|subject|theme|event title" },
        { WORD_VENUE, 0,
                        "centre|center|hall|hotel|university|institute|park|technopark|pavilion|arena|palace"
                        "|auditorium|campus|library|museum|theatre|theater|house|hub|convention center"
                        "|convention centre|expo center|expocentre|exhibition centre|exhibition center|room"
                        "|ballroom|plant|factory|college|academy|messe|fairgrounds|headquarters|office|club"
                        "|tower|stadium|chamber of commerce|incubator|school|technopolis|science park|forum" },
        { WORD_STREET, 0, "street|st|avenue|ave|road|rd|square|boulevard|blvd|lane|drive|highway|quay" },
        { WORD_TOWN, 0, "city of|town of" },
        { WORD_REGION, 0, "region|oblast|republic|province|district|county|state" },
        { WORD_BODY, 0,
                        "ministry|association|corporation|fund|union|chamber|agency|committee|department"
                        "|cluster|council|company|group|university|institute|centre|center|academy|foundation"
                        "|society|federation|organisation|organization|government|administration|park"
                        "|technopark|network|alliance|consortium|authority|bureau|office|institution|board"
                        "|bank|incubator|ltd|inc|gmbh|llc|plc" },
        { WORD_LEGAL, 0, "the" },
        { WORD_POST, 0,
                        "director|minister|governor|head|chief|president|vice president|vice-president"
                        "|manager|specialist|chairman|chairwoman|chair|chairperson|mayor|rector|dean|expert"
                        "|coordinator|secretary|secretary general|analyst|engineer|founder|co-founder|owner"
                        "|senator|ambassador|advisor|adviser|consul|professor|moderator|ceo|cto|cfo|coo"
                        "|partner|spokesperson|spokeswoman|spokesman|commissioner|officer|lead"
                        "|executive director|managing director|general director|deputy minister"
                        "|deputy director|deputy governor|press officer|press secretary|representative"
                        "|trustee|organiser|organizer" },
        { WORD_POST_BEFORE, 0,
                        "general|executive|managing|deputy|first|acting|commercial|financial|technical|senior"
                        "|chief|vice|project|event|regional|press|honorary|scientific|marketing"
                        "|communications" },
        { WORD_GIVEN_NAME, 1,
                        "john|james|robert|michael|william|david|richard|joseph|thomas|charles|daniel|matthew"
                        "|anthony|mark|paul|steven|andrew|kenneth|george|kevin|brian|edward|peter|martin"
                        "|simon|alan|alexander|alexei|alexey|andrei|andrey|anton|artem|boris|denis|dmitri"
                        "|dmitry|evgeny|gleb|grigory|igor|ilya|ivan|konstantin|leonid|maxim|mikhail|nikita"
                        "|nikolai|nikolay|oleg|pavel|roman|ruslan|rustam|sergei|sergey|stanislav|timur|vadim"
                        "|valery|victor|viktor|vitaly|vladimir|vladislav|vyacheslav|yuri|yury|hans|klaus|jan"
                        "|lars|erik|henrik|pierre|jean|marc|luca|marco|carlos|juan|jose|ahmed|mohammed|ali"
                        "|omar|kumar|raj|wei|ming|hiroshi|kenji|tomas|tomasz|piotr|krzysztof|jakub|stefan"
                        "|adam|oliver|jack|henry|samuel|philip|patrick|stephen|christopher|nicholas|jonathan"
                        "|benjamin|arman|nurlan|bakhtiyar|alisher|farid|ayrat|aidar|ildar|marat|rinat" },
        { WORD_GIVEN_NAME, 2,
                        "mary|patricia|jennifer|linda|elizabeth|barbara|susan|jessica|sarah|karen|lisa|nancy"
                        "|margaret|sandra|ashley|emily|donna|michelle|carol|amanda|melissa|deborah|stephanie"
                        "|rebecca|laura|helen|sharon|anna|maria|elena|olga|natalia|natalya|tatiana|tatyana"
                        "|irina|ekaterina|svetlana|marina|julia|yulia|ksenia|oksana|anastasia|daria|darya"
                        "|polina|galina|ludmila|lyudmila|vera|nina|alina|victoria|viktoria|valentina|evgenia"
                        "|larisa|nadezhda|alexandra|sophie|claire|ingrid|greta|eva|katarina|monika|agnieszka"
                        "|zuzana|lucie|isabelle|camille|chiara|giulia|fatima|aisha|mei|yuki|emma|olivia"
                        "|charlotte|alice|jane|kate|rachel|ruth|dinara|alsu|gulnara|aigul|zarina|madina" },
        { WORD_HONORIFIC, 0, "mr|ms|mrs|dr|prof" },
        { WORD_ORGANISED, ROLE_ORGANISER,
                        "organised by|organized by|hosted by|organiser|organizer|organisers|organizers"
                        "|organised jointly by|co-organised by|co-organized by|hosted jointly by|held by"
                        "|run by|host|hosts|co-hosted by|is organised by|is organized by|together with"
                        "|jointly with|in cooperation with|in co-operation with" },
        { WORD_ORGANISED, ROLE_SUPPORT,
                        "supported by|with the support of|in partnership with|sponsored by|partners" },
        { WORD_CONTACT, 0,
                        "contact|contacts|media contact|press contact|contact person|for more information"
                        "|for further information|enquiries|inquiries|media enquiries|media inquiries"
                        "|press office|for registration|further information|questions" },
        { WORD_TELEPHONE, 0, "tel|phone|telephone|mobile|mob|cell|fax|call|hotline" },
        { WORD_MATERIALS, 0, "materials|presentations|speakers' presentations" },
        { WORD_PREPOSITION, 0,
                        "in|at|to|from|with|by|during|before|after|under|over|near|inside|across|through"
                        "|between|into|as|about" },
        { WORD_STOP, 0,
                        "the|a|an|which|that|who|where|when|is|was|are|were|be|will|would|has|have|had|its"
                        "|their|his|her|our|your|this|these|not|also|and|or|but|if|it|they|we|you|he|she|more"
                        "|than|held|hosted|organised|organized|featuring|including|bringing|attended|join|us"
                        "|invites|invite|host|hosts|hold|holds|attend|visit|register|welcome|announces"
                        "|announced|opened|opens" },
        { WORD_LINK, 0, "on|for|of|&|in the field of" },
        { WORD_TITLED, 0,
                        "entitled|titled|called|on the theme|on the topic|under the theme|under the title"
                        "|named|dubbed" },
        { WORD_THEN, 0, "then|later|and|also|earlier" },
        { WORD_OPEN, 0, "opened|inaugurated|unveiled|officially opened|opens|will open" },
        { WORD_CONVENE, TENSE_FUTURE, "meets|will meet|will convene|convenes" },
        { WORD_CONVENE, TENSE_PAST, "convened|met in|met at|met on" },
        { WORD_DEVOTED, 0, "dedicated to|devoted to" },
        { WORD_TELL, 0, "announced|announces|said|says|reported|told|confirmed|declared|stated|unveiled" },
        { WORD_NEAREST, 0, "the next one|the nearest|the next session|the next is" },
        { WORD_SAME, 0, "over the same days|on the same days|on the same day|at the same time|concurrently|in parallel" },
        { WORD_PUBLISHED, 0, "published|posted" },
        { WORD_MAIL_HEADER, 0, "from|to|cc|subject|sent|date" },
        { WORD_RELATIVE_PRONOUN, 0, "which|who|whose" },
        { WORD_PRONOUN, 0, "this|that|the same|said|our" },
        { 0, 0, NULL },
};
/* clang-format on */

const DraftStrings draft_strings_en = {
        .words = words,
        .why = {
                [DRAFT_WHY_WORDS] = "the text says so",
                [DRAFT_WHY_YEAR_PUBLISHED] = "the year follows from the day that the text is dated by",
                [DRAFT_WHY_YEAR_NAME] = "the year is that of the name",
                [DRAFT_WHY_YEAR_TEXT] = "the year is that of another date of the text",
                [DRAFT_WHY_RELATIVE] = "counted from the day that the text is dated by",
                [DRAFT_WHY_WEEKDAY] = "the weekday after the day that the text is dated by",
                [DRAFT_WHY_WINDOW] = "the text names a period only",
                [DRAFT_WHY_PARENT] = "the days of the event that this one is a part of",
                [DRAFT_WHY_LENGTH] = "the last day follows from the length",
                [DRAFT_WHY_WORDS_OF_KIND] = "the kind follows from the word that the text uses",
                [DRAFT_WHY_GAZETTEER] = "from the GeoNames list of cities",
                [DRAFT_WHY_NOMINATIVE] = "put into the basic form",
                [DRAFT_WHY_ONLY_TOWN] = "the only town named near the event",
                [DRAFT_WHY_ONLY_EVENT] = "the contacts of the text that tells of this event",
                [DRAFT_WHY_FRAME] = "the text says that it is held within another event",
                [DRAFT_WHY_OPEN] = "the text does not say",
                [DRAFT_WHY_SAME_DAY] = "the text reports one day",
                [DRAFT_WHY_TODAY] = "the text was written on that day: it says today or tomorrow",
        },
};
