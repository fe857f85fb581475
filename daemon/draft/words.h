#pragma once

/*
 * The classes of words by which a press text is read. Each language has a table of patterns in its
 * strings-LANGUAGE.c.
 */

typedef enum WordClass {
        WORD_MONTH,    /* value: 1 to 12 */
        WORD_WEEKDAY,  /* 0 for Sunday to 6 */
        WORD_ORDINAL,  /* a day as a word: 1 to 31 */
        WORD_RELATIVE, /* days from the day of the text: -2 to 2 */
        WORD_SEASON,   /* the first month: 12, 3, 6, 9 */
        WORD_QUARTER,  /* "квартал" */
        WORD_PART,     /* a part of a month or year: PartOf */
        WORD_YEAR,     /* "год" */
        WORD_THIS,     /* "текущего": -1 last, 0 this, 1 next */
        WORD_SPAN,     /* "неделя", "месяц": days */
        WORD_LENGTH,   /* "двухдневный": days */
        WORD_DAYS,     /* "дня": a unit of length */
        WORD_COUNT,    /* a small number as a word */
        WORD_HOUR,     /* "часов" */
        WORD_HALF_DAY, /* "a.m." 0, "p.m." 12; "вечера" 12 */
        WORD_ZONE,     /* "МСК": index of a zone table */
        WORD_FROM,     /* "с", "from" */
        WORD_TO,       /* "по", "до", "to", "until" */
        WORD_AND,
        WORD_EVENT,      /* EventWord */
        WORD_HOLD,       /* the event is the subject: "состоится"; value: Tense */
        WORD_RUN,        /* the event is the object: "проведет"; Tense */
        WORD_ATTEND,     /* "приняли участие"; Tense */
        WORD_VISIT,      /* "посетил"; Tense */
        WORD_MEET,       /* "встретился с"; Tense */
        WORD_RECEIVE,    /* "принял": a visit if guests follow; Tense */
        WORD_PEOPLE,     /* "студенты"; 1 for guests who come: "делегация" */
        WORD_SIGN,       /* "подписано соглашение"; Tense */
        WORD_FRAME,      /* "в рамках" */
        WORD_BACKGROUND, /* "напомним", "ежегодно" */
        WORD_FOUNDED,    /* "создан", "введен в эксплуатацию" */
        WORD_DEADLINE,   /* "регистрация", "заявки" */
        WORD_PLAN,       /* "планируется построить", "к концу года" */
        WORD_OFF,        /* "отменен", "перенесен" */
        WORD_MANY,       /* "многие", "различные": no event of its own */
        WORD_NOT_HEAD, /* "участник", "программа": the event word after it is only mentioned */
        WORD_LABEL,    /* a label before a colon: LabelOf */
        WORD_VENUE,    /* "технопарк", "центр" */
        WORD_STREET,
        WORD_TOWN,        /* "г.", "город" */
        WORD_REGION,      /* "область" */
        WORD_BODY,        /* "министерство" */
        WORD_LEGAL,       /* "ООО" */
        WORD_POST,        /* "директор" */
        WORD_POST_BEFORE, /* "генеральный", "заместитель": before a post */
        WORD_GIVEN_NAME,  /* 1 masculine, 2 feminine */
        WORD_HONORIFIC,
        WORD_ORGANISED, /* "организаторы": bodies follow; "при поддержке" is ROLE_SUPPORT */
        WORD_CONTACT, /* "контактное лицо" */
        WORD_TELEPHONE,
        WORD_MATERIALS,
        WORD_PREPOSITION, /* ends a name */
        WORD_STOP,        /* ends a name: a verb, an article */
        WORD_LINK,        /* may stand in a name: "по", "of" */
        WORD_TITLED,      /* "на тему", "под названием" */
        WORD_PUBLISHED,   /* "опубликовано" */
        WORD_THEN,        /* "затем", "вечером": may begin a clause before its subject */
        WORD_OPEN, /* "откроется", "введен": tells of an opening, whose ceremony may be an event */
        WORD_CONVENE,          /* "meets": an event if a body does it; Tense */
        WORD_DEVOTED,          /* "посвященная": after a comma, goes on with the name */
        WORD_TELL,             /* "сообщил": a day beside it is that of the report */
        WORD_NEAREST,          /* "ближайшая - 19 сентября": one of the events before */
        WORD_SAME,             /* "в эти же дни": the days of the event before */
        WORD_MAIL_HEADER,      /* "От", "Subject": begins a line of a mail's header before a colon */
        WORD_RELATIVE_PRONOUN, /* "который" */
        WORD_PRONOUN,          /* "эта", "данный": a word for the event before */
        WORD_N_CLASSES,
} WordClass;

typedef enum Tense { TENSE_NONE, TENSE_PAST, TENSE_NOW, TENSE_FUTURE } Tense;

/** The kinds of the default configuration. Another configuration may lack some of them. */
typedef enum DraftKind {
        DRAFT_OTHER,
        DRAFT_SESSION,
        DRAFT_EXHIBITION,
        DRAFT_VISIT,
        DRAFT_MEETING,
        DRAFT_N_KINDS
} DraftKind;

/*
 * The value of WORD_EVENT: a kind, or an index of the configuration's kinds from EVENT_CONFIGURED, and
 * flags.
 */
enum {
        EVENT_KIND = 0xFF,
        EVENT_CONFIGURED = 0x80,
        EVENT_WEAK = 0x100,    /* often no event: "презентация" */
        EVENT_GENERIC = 0x200, /* any event: "мероприятие" */
        EVENT_PLURAL = 0x400,  /* the pattern is of a plural */
};

typedef enum PartOf { PART_BEGIN, PART_MIDDLE, PART_END, PART_HALF_1, PART_HALF_2 } PartOf;
typedef enum LabelOf {
        LABEL_DATE,
        LABEL_PLACE,
        LABEL_TIME,
        LABEL_TOWN,
        LABEL_DEADLINE,
        LABEL_PUBLISHED,
        LABEL_TOPIC
} LabelOf;
typedef enum BodyRole { ROLE_ORGANISER, ROLE_SUPPORT, ROLE_PARTNER, ROLE_HOST } BodyRole;

typedef struct LexiconEntry {
        WordClass class;
        int value;
        const char *patterns; /* separated by "|"; NULL ends a table */
} LexiconEntry;
