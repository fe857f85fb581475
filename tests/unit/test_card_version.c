#include "contact/card.h"
#include "contact/convert.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define HEAD_3 "BEGIN:VCARD\r\nVERSION:3.0\r\n"
#define HEAD_4 "BEGIN:VCARD\r\nVERSION:4.0\r\n"
#define OTHERS "UID:u-1\r\nN:V;A;;;\r\nFN:A V\r\n"
#define TAIL   "END:VCARD\r\n"

enum { ROOM = 4 * 1024 * 1024 };

static void convert(const char *text, CardVersion version, Buffer *out)
{
        int r = card_convert(text, strlen(text), version, out);
        if (r != 0)
                fail_msg("%d for\n%s", r, text);
}

/* Removes the folds of lines, which a conversion may change. */
static void unfold(Buffer *text)
{
        for (char *fold; (fold = strstr(text->data, "\r\n "));)
                buffer_remove(text, (size_t)(fold - text->data), 3);
}

static void cleanup_buffer(Buffer *buffer)
{
        buffer_done(buffer);
}

static void check_parses(const char *text, int line)
{
        CLEANUP(card_freep) Card *card = NULL;
        InputError error = { 0 };
        if (card_parse(text, strlen(text), &card, &error) != 0)
                fail_msg("row of line %d: line %zu, %s: %s in\n%s", line, error.line, error.where,
                                error.message, text);
}

/* Converts lines of a card to the other version and back. @expected: NULL for any lines of that version. */
static void check_lines(int line, CardVersion from, const char *given, const char *expected)
{
        CLEANUP(cleanup_buffer) Buffer card = BUFFER_INIT(ROOM);
        CLEANUP(cleanup_buffer) Buffer there = BUFFER_INIT(ROOM);
        CLEANUP(cleanup_buffer) Buffer back = BUFFER_INIT(ROOM);
        CLEANUP(cleanup_buffer) Buffer wanted = BUFFER_INIT(ROOM);
        bool from_4 = from == CARD_VERSION_4;
        buffer_printf(&card, "%s" OTHERS "%s" TAIL, from_4 ? HEAD_4 : HEAD_3, given);
        buffer_printf(&wanted, "%s" OTHERS "%s" TAIL, from_4 ? HEAD_3 : HEAD_4, expected ? expected : "");
        convert(buffer_text(&card), from_4 ? CARD_VERSION_3 : CARD_VERSION_4, &there);
        check_parses(buffer_text(&there), line);
        unfold(&there);
        if (expected && strcmp(buffer_text(&there), buffer_text(&wanted)) != 0)
                fail_msg("row of line %d: is\n%s\nand not\n%s", line, buffer_text(&there),
                                buffer_text(&wanted));
        convert(buffer_text(&there), from, &back);
        unfold(&back);
        if (strcmp(buffer_text(&back), buffer_text(&card)) != 0)
                fail_msg("row of line %d: comes back as\n%s\nfrom\n%s", line, buffer_text(&back),
                                buffer_text(&there));
}

typedef struct LinesCase {
        int line;
        const char *given, *expected;
} LinesCase;

#define PIXEL                                                                                               \
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

/* The forms are those of RFC 6350, A.2 and RFC 2426, and of programs where these have none. */
static void test_card_convert__4_to_3(void **state)
{
        (void)state;
        static const LinesCase cases[] = {
                { __LINE__, "NOTE:a\\, b\\nc\r\nEMAIL;TYPE=work:a@example.org\r\nURL:http://x.org/\r\n",
                                "NOTE:a\\, b\\nc\r\nEMAIL;TYPE=work:a@example.org\r\nURL:http://x.org/\r\n" },
                /* preferences */
                { __LINE__, "EMAIL;PREF=1:a@example.org\r\nEMAIL;PREF=7:b@example.org\r\n",
                                "EMAIL;TYPE=pref:a@example.org\r\nEMAIL;X-PREF=7:b@example.org\r\n" },
                { __LINE__, "TEL;type=home;PREF=1:+1\r\n", "TEL;type=home;type=pref:+1\r\n" },
                { __LINE__, "EMAIL;PREF=3:a@example.org\r\nEMAIL;PREF=2:b@example.org\r\n",
                                "EMAIL;X-PREF=3:a@example.org\r\n"
                                "EMAIL;TYPE=pref;X-CONVENED-HEAD=\"EMAIL;PREF=2:\":b@example.org\r\n" },
                /* telephones */
                { __LINE__, "TEL;VALUE=uri;TYPE=cell:tel:+1-555-0100\r\n",
                                "TEL;TYPE=cell;X-CONVENED-HEAD=\"TEL;VALUE=uri;TYPE=cell:tel:\":+1-555-0100\r\n" },
                { __LINE__, "TEL;VALUE=uri;PREF=1;TYPE=\"voice,home\":tel:+1-555-555-5555;ext=5555\r\n",
                                "TEL;TYPE=pref;TYPE=voice,home;X-CONVENED-LINE=\"TEL;VALUE=uri;PREF=1;TYPE=^'voice,home^':tel:+1-555-555-5555;ext=5555\":+1-555-555-5555 x5555\r\n" },
                { __LINE__, "TEL;VALUE=uri:sip:a@example.org\r\n", "TEL;VALUE=uri:sip:a@example.org\r\n" },
                /* dates */
                { __LINE__, "BDAY:19850412\r\n", "BDAY:1985-04-12\r\n" },
                { __LINE__, "BDAY:--0412\r\n", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\r\n" },
                { __LINE__, "BDAY:1985-04\r\n", "X-BDAY:1985-04\r\n" },
                { __LINE__, "BDAY;VALUE=text:circa 1800\r\n", "X-BDAY;VALUE=text:circa 1800\r\n" },
                { __LINE__, "BDAY:19531015T231000Z\r\n", "BDAY;VALUE=date-time:1953-10-15T23:10:00Z\r\n" },
                { __LINE__, "BDAY:19531015T231000-0530\r\n",
                                "BDAY;VALUE=date-time:1953-10-15T23:10:00-05:30\r\n" },
                { __LINE__, "ANNIVERSARY:20090808\r\n", "X-ANNIVERSARY:2009-08-08\r\n" },
                { __LINE__, "ANNIVERSARY:---12\r\n", "X-ANNIVERSARY:---12\r\n" },
                { __LINE__, "REV:19951031T222710Z\r\n", "REV:1995-10-31T22:27:10Z\r\n" },
                { __LINE__, "BDAY;CALSCALE=gregorian:19850412\r\n",
                                "BDAY;X-CALSCALE=gregorian:1985-04-12\r\n" },
                /* places */
                { __LINE__, "GEO:geo:37.386013,-122.082932\r\n", "GEO:37.386013;-122.082932\r\n" },
                { __LINE__, "GEO:geo:48.2,16.3;u=40\r\n",
                                "GEO;X-CONVENED-LINE=\"GEO:geo:48.2,16.3;u=40\":48.2;16.3\r\n" },
                { __LINE__, "TZ:Europe/Moscow\r\n", "TZ;VALUE=text:Europe/Moscow\r\n" },
                { __LINE__, "TZ;VALUE=utc-offset:-0500\r\n", "TZ:-05:00\r\n" },
                { __LINE__, "ADR;GEO=\"geo:12.3,-12.3\";TYPE=home:;;1 St;T;;1;C\r\n",
                                "ADR;X-GEO=\"geo:12.3,-12.3\";TYPE=home:;;1 St;T;;1;C\r\n" },
                /* labels and sort keys */
                { __LINE__, "ADR;TYPE=home;LABEL=\"1 St^nT, C\":;;1 St;T;;1;C\r\nNOTE:x\r\n",
                                "ADR;TYPE=home;X-LABEL=\"1 St^nT, C\":;;1 St;T;;1;C\r\nNOTE:x\r\n"
                                "LABEL;TYPE=home;X-CONVENED-MADE=e05f33d058a4b2d2:1 St\\nT\\, C\r\n" },
                /* pictures, sounds, keys */
                { __LINE__, "PHOTO:data:image/png;base64," PIXEL "\r\n",
                                "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL "\r\n" },
                { __LINE__, "PHOTO;PREF=1;X-A=b:data:image/jpeg;base64,/9j/4AAQ\r\n", NULL },
                { __LINE__, "PHOTO:data:image/jpeg\\;base64\\,/9j/4AAQ\r\n",
                                "PHOTO;ENCODING=b;TYPE=JPEG;X-CONVENED-HEAD=\"PHOTO:data:image/jpeg\\;base64\\,\":/9j/4AAQ\r\n" },
                { __LINE__, "PHOTO:http://example.org/a.gif\r\n",
                                "PHOTO;VALUE=uri:http://example.org/a.gif\r\n" },
                { __LINE__, "LOGO;MEDIATYPE=image/png:http://example.org/a\r\n",
                                "LOGO;TYPE=PNG;VALUE=uri:http://example.org/a\r\n" },
                { __LINE__, "SOUND:data:audio/basic;base64,AAAA\r\n",
                                "SOUND;ENCODING=b;TYPE=BASIC:AAAA\r\n" },
                { __LINE__, "KEY:data:application/pgp-keys;base64,AAAA\r\n",
                                "KEY;ENCODING=b;TYPE=PGP:AAAA\r\n" },
                { __LINE__, "KEY;VALUE=text:-----BEGIN\\nX\r\n", "KEY:-----BEGIN\\nX\r\n" },
                { __LINE__, "PHOTO:data:image/svg+xml,%3Csvg/%3E\r\n",
                                "PHOTO;VALUE=uri:data:image/svg+xml,%3Csvg/%3E\r\n" },
                { __LINE__, "PHOTO:data:a\"b:c;base64,AAAA\r\n", NULL },
                /* groups of people, relations */
                { __LINE__, "KIND:group\r\nMEMBER:urn:uuid:a\r\nMEMBER:urn:uuid:b\r\n",
                                "X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:a\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:b\r\n" },
                { __LINE__, "RELATED;TYPE=friend:urn:uuid:a\r\n", "X-RELATED;TYPE=friend:urn:uuid:a\r\n" },
                { __LINE__, "RELATED;TYPE=spouse;VALUE=text:Anna\r\n",
                                "X-ABRELATEDNAMES;TYPE=spouse:Anna\r\n" },
                { __LINE__, "RELATED;TYPE=agent:urn:uuid:a\r\n", "AGENT;VALUE=uri:urn:uuid:a\r\n" },
                { __LINE__, "RELATED;TYPE=\"Agent,co-worker\";VALUE=text:Anna\r\n",
                                "AGENT;TYPE=co-worker;X-CONVENED-HEAD=\"RELATED;TYPE=^'Agent,co-worker^';VALUE=text:\":Anna\r\n" },
                /* what 3.0 does not have */
                { __LINE__, "GENDER:F\r\nLANG;PREF=1:ru\r\nLANG:en\r\nHOBBY;LEVEL=high:chess\r\n",
                                "X-GENDER:F\r\nX-LANG;TYPE=pref:ru\r\nX-LANG:en\r\nX-HOBBY;X-LEVEL=high:chess\r\n" },
                { __LINE__, "CLIENTPIDMAP:1;urn:uuid:a\r\nTEL;PID=4.1:+1\r\n",
                                "X-CLIENTPIDMAP:1;urn:uuid:a\r\nTEL;X-PID=4.1:+1\r\n" },
                { __LINE__, "TITLE;ALTID=1;LANGUAGE=fr:Patron\r\nTITLE;ALTID=1;LANGUAGE=en:Boss\r\n",
                                "TITLE;X-ALTID=1;LANGUAGE=fr:Patron\r\nTITLE;X-ALTID=1;LANGUAGE=en:Boss\r\n" },
                /* names of 3.0 in a card of 4.0 */
                { __LINE__, "X-GENDER:a\r\nGENDER:F\r\n", NULL },
                { __LINE__, "X-CLASS:a\r\nCLASS:b\r\nLABEL:c\r\nAGENT:d\r\nSORT-STRING:e\r\n", NULL },
                { __LINE__, "X-ABRELATEDNAMES:a\r\nTEL;X-ALTID=1;ALTID=2:+1\r\n", NULL },
                { __LINE__, "EMAIL;X-PREF=1;PREF=2;TYPE=pref:a@example.org\r\n", NULL },
                { __LINE__, "item1.EMAIL;TYPE=work:a@example.org\r\nitem1.X-ABLabel:_$!<Work>!$_\r\n",
                                "item1.EMAIL;TYPE=work:a@example.org\r\nitem1.X-ABLabel:_$!<Work>!$_\r\n" },
                { __LINE__, "ORG;X-ABShowAs=COMPANY;SORT-AS=\"A\":A;B\r\nX-ABShowAs:COMPANY\r\n",
                                "ORG;X-ABShowAs=COMPANY;X-SORT-AS=\"A\":A;B\r\nX-ABShowAs:COMPANY\r\n" },
                /* a parameter of ours that no longer says what the line was */
                { __LINE__, "NOTE;X-CONVENED-HEAD=\"KIND:\":group\r\n", NULL },
                { __LINE__, "TEL;X-CONVENED-HEAD=\"TEL;VALUE=uri:tel:\":+1\r\n", NULL },
                { __LINE__, "BDAY;ALTID=1:19850412\r\nBDAY;ALTID=1;VALUE=text:spring\r\n", NULL },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                check_lines(cases[i].line, CARD_VERSION_4, cases[i].given, cases[i].expected);
}

static void test_card_convert__3_to_4(void **state)
{
        (void)state;
        static const LinesCase cases[] = {
                { __LINE__, "EMAIL;TYPE=INTERNET:a@example.org\r\nX-SKYPE:b\r\nCATEGORIES:a,b\r\n",
                                "EMAIL;TYPE=INTERNET:a@example.org\r\nX-SKYPE:b\r\nCATEGORIES:a,b\r\n" },
                { __LINE__, "TEL;type=CELL;type=VOICE;type=pref:+1\r\n",
                                "TEL;type=CELL;type=VOICE;PREF=1:+1\r\n" },
                { __LINE__, "TEL;TYPE=HOME,PREF:+1\r\n",
                                "TEL;TYPE=HOME;PREF=1;X-CONVENED-HEAD=\"TEL;TYPE=HOME,PREF:\":+1\r\n" },
                { __LINE__, "BDAY:1985-04-12\r\n", "BDAY:19850412\r\n" },
                { __LINE__, "BDAY:19850412\r\n", "BDAY;X-CONVENED-HEAD=\"BDAY:\":19850412\r\n" },
                { __LINE__, "BDAY;VALUE=date:1985-04-12\r\n", NULL },
                { __LINE__, "BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\r\n", "BDAY:--0412\r\n" },
                { __LINE__, "BDAY;VALUE=date-time:1953-10-15T23:10:00Z\r\n", "BDAY:19531015T231000Z\r\n" },
                { __LINE__, "BDAY:unknown\r\n", NULL },
                { __LINE__, "REV:1995-10-31T22:27:10Z\r\n", "REV:19951031T222710Z\r\n" },
                { __LINE__, "REV:1997-11-15\r\n",
                                "REV;X-CONVENED-LINE=\"REV:1997-11-15\":19971115T000000Z\r\n" },
                { __LINE__, "REV:2008-04-24T19:52:43.123Z\r\n", NULL },
                { __LINE__, "GEO:37.386013;-122.082932\r\n", "GEO:geo:37.386013,-122.082932\r\n" },
                { __LINE__, "TZ:-05:00\r\n", "TZ;VALUE=utc-offset:-0500\r\n" },
                { __LINE__, "TZ;VALUE=text:Europe/Moscow\r\n", "TZ:Europe/Moscow\r\n" },
                { __LINE__, "TZ;VALUE=text:-05:00\\; EST\r\n", "TZ:-05:00\\; EST\r\n" },
                { __LINE__, "PHOTO;ENCODING=b;TYPE=PNG:" PIXEL "\r\n",
                                "PHOTO:data:image/png;base64," PIXEL "\r\n" },
                { __LINE__, "PHOTO;ENCODING=B:" PIXEL "\r\n",
                                "PHOTO;X-CONVENED-HEAD=\"PHOTO;ENCODING=B:\":data:image/png;base64," PIXEL
                                "\r\n" },
                { __LINE__, "PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n",
                                "PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0:data:image/jpeg;base64,/9j/4AAQ\r\n" },
                { __LINE__, "PHOTO;ENCODING=BASE64;TYPE=JPEG,pref:/9j/4AAQ\r\n", NULL },
                { __LINE__, "PHOTO;VALUE=uri:http://example.org/a.gif\r\n",
                                "PHOTO:http://example.org/a.gif\r\n" },
                { __LINE__, "KEY;TYPE=PGP:-----BEGIN\r\n", NULL },
                { __LINE__, "KEY;TYPE=X509;ENCODING=b:AAAA\r\n", NULL },
                { __LINE__, "AGENT:BEGIN:VCARD\\nFN:Susan\\nEND:VCARD\r\n",
                                "RELATED;TYPE=agent;VALUE=text:BEGIN:VCARD\\nFN:Susan\\nEND:VCARD\r\n" },
                { __LINE__, "AGENT;VALUE=uri:CID:JQ@example.org\r\n",
                                "RELATED;TYPE=agent:CID:JQ@example.org\r\n" },
                { __LINE__, "item2.X-ABRELATEDNAMES;type=pref:Anna\r\nitem2.X-ABLabel:_$!<Spouse>!$_\r\n",
                                "item2.RELATED;PREF=1;VALUE=text;X-CONVENED-HEAD=\"item2.X-ABRELATEDNAMES;type=pref:\":Anna\r\nitem2.X-ABLabel:_$!<Spouse>!$_\r\n" },
                { __LINE__, "X-ADDRESSBOOKSERVER-KIND:group\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:a\r\n",
                                "KIND:group\r\nMEMBER:urn:uuid:a\r\n" },
                { __LINE__, "CLASS:PRIVATE\r\nMAILER:a\r\nPROFILE:VCARD\r\nNAME:b\r\n",
                                "X-CLASS:PRIVATE\r\nX-MAILER:a\r\nX-PROFILE:VCARD\r\nX-NAME:b\r\n" },
                { __LINE__, "SORT-STRING:V\r\n", NULL },
                { __LINE__, "LABEL;TYPE=home:1 St\\nT\r\nADR;TYPE=home:;;1 St;T;;1;C\r\n",
                                "X-LABEL;TYPE=home:1 St\\nT\r\nADR;TYPE=home;LABEL=1 St^nT:;;1 St;T;;1;C\r\n" },
                { __LINE__, "ADR;TYPE=work:;;1 St;T;;1;C\r\nLABEL;TYPE=home:x\r\n",
                                "ADR;TYPE=work:;;1 St;T;;1;C\r\nX-LABEL;TYPE=home:x\r\n" },
                { __LINE__, "NOTE;CHARSET=UTF-8:é\r\nNOTE;ENCODING=8BIT:x\r\nTEL;VALUE=phone-number:+1\r\n",
                                "NOTE;X-CHARSET=UTF-8:é\r\nNOTE;X-ENCODING=8BIT:x\r\nTEL;X-VALUE=phone-number:+1\r\n" },
                { __LINE__, "IMPP;X-SERVICE-TYPE=Jabber;type=HOME:xmpp:a@example.org\r\n",
                                "IMPP;SERVICE-TYPE=Jabber;type=HOME:xmpp:a@example.org\r\n" },
                { __LINE__, "KIND:org\r\nGENDER:F\r\nX-GENDER:M\r\nX-GENDER:N\r\nMEMBER:a\r\n", NULL },
                { __LINE__, "X-GENDER:M\r\nGENDER:F\r\nKIND:org\r\nKIND:group\r\n", NULL },
                { __LINE__, "TEL;PREF=5;ALTID=1;X-PREF=7;TYPE=pref:+1\r\n", NULL },
                { __LINE__, "TEL;X-PREF=7:+1\r\n", NULL },
                { __LINE__, "URL;VALUE=url:http://a\r\nTEL;TYPE=\"home,pref\":+1\r\n", NULL },
                { __LINE__, "X-BDAY:1985\r\nBDAY:1985-04-12\r\n", NULL },
        };
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
                check_lines(cases[i].line, CARD_VERSION_3, cases[i].given, cases[i].expected);
}

/* Checks a whole card. @back: NULL if the card comes back as it was. */
static void check_card(int line, CardVersion to, const char *given, const char *expected, const char *back)
{
        CLEANUP(cleanup_buffer) Buffer there = BUFFER_INIT(ROOM);
        CLEANUP(cleanup_buffer) Buffer again = BUFFER_INIT(ROOM);
        convert(given, to, &there);
        unfold(&there);
        if (strcmp(buffer_text(&there), expected) != 0)
                fail_msg("row of line %d: is\n%s\nand not\n%s", line, buffer_text(&there), expected);
        convert(buffer_text(&there), to == CARD_VERSION_3 ? CARD_VERSION_4 : CARD_VERSION_3, &again);
        if (strcmp(buffer_text(&again), back ? back : given) != 0)
                fail_msg("row of line %d: comes back as\n%s", line, buffer_text(&again));
}

static void test_card_convert__whole_cards(void **state)
{
        (void)state;
        /* N is required in 3.0; alternatives of N are one property in 4.0 only */
        check_card(__LINE__, CARD_VERSION_3, HEAD_4 "UID:a\r\nFN:Tech\\, park\r\n" TAIL,
                        HEAD_3
                        "UID:a\r\nFN:Tech\\, park\r\nN;X-CONVENED-MADE=c1cc7fd8acd94da3:Tech\\, park;;;;\r\n" TAIL,
                        NULL);
        check_card(__LINE__, CARD_VERSION_3,
                        HEAD_4
                        "UID:a\r\nFN:a\r\nN;ALTID=1;LANGUAGE=ru:Г;;;;\r\nN;ALTID=1;LANGUAGE=en:V;;;;\r\n" TAIL,
                        HEAD_3
                        "UID:a\r\nFN:a\r\nN;X-ALTID=1;LANGUAGE=ru:Г;;;;\r\n"
                        "X-N;X-ALTID=1;LANGUAGE=en;X-CONVENED-HEAD=\"N;ALTID=1;LANGUAGE=en:\":V;;;;\r\n" TAIL,
                        NULL);
        check_card(__LINE__, CARD_VERSION_3,
                        HEAD_4 "UID:a\r\nFN:a\r\nN;SORT-AS=\"Harten,Rene\":van der Harten;Rene;;;\r\n" TAIL,
                        HEAD_3
                        "UID:a\r\nFN:a\r\nN;X-SORT-AS=\"Harten,Rene\":van der Harten;Rene;;;\r\nSORT-STRING;X-CONVENED-MADE=8272daefad9ea2bf:Harten\r\n" TAIL,
                        NULL);
        check_card(__LINE__, CARD_VERSION_4,
                        HEAD_3 "UID:a\r\nFN:a\r\nN:H;;;;\r\nSORT-STRING:Har\\, ten\r\n" TAIL,
                        HEAD_4
                        "UID:a\r\nFN:a\r\nN;SORT-AS=\"Har, ten\":H;;;;\r\nX-SORT-STRING:Har\\, ten\r\n" TAIL,
                        NULL);
        /* VERSION is the second line of 4.0; the line ends are those of the card */
        check_card(__LINE__, CARD_VERSION_4,
                        "begin:vcard\nFN:a\nN:a;;;;\nBDAY:1985-04-12\nUID:a\nVERSION:3.0\nend:vcard",
                        "begin:vcard\nVERSION:4.0\nFN:a\nN:a;;;;\nBDAY:19850412\nUID:a\nend:vcard",
                        "begin:vcard\nVERSION:3.0\nFN:a\nN:a;;;;\nBDAY:1985-04-12\nUID:a\nend:vcard");
        /* white space in base64 says nothing */
        check_card(__LINE__, CARD_VERSION_4,
                        HEAD_3
                        "UID:a\r\nFN:a\r\nN:a;;;;\r\nPHOTO;TYPE=JPEG;ENCODING=b:/9j/\r\n   4AAQ\r\n" TAIL,
                        HEAD_4
                        "UID:a\r\nFN:a\r\nN:a;;;;\r\nPHOTO;X-CONVENED-HEAD=\"PHOTO;TYPE=JPEG;ENCODING=b:\":data:image/jpeg;base64,/9j/4AAQ\r\n" TAIL,
                        HEAD_3 "UID:a\r\nFN:a\r\nN:a;;;;\r\nPHOTO;TYPE=JPEG;ENCODING=b:/9j/4AAQ\r\n" TAIL);
}

/* A program that knows only 3.0 has changed lines, and kept the parameters that it does not know. */
static void test_card_convert__changed_lines_are_not_restored(void **state)
{
        (void)state;
        check_card(__LINE__, CARD_VERSION_4,
                        HEAD_3 "UID:a\r\nFN:a\r\nN;X-CONVENED-MADE=0aeb65b5a2dfc4b1:New;;;;\r\n" TAIL,
                        HEAD_4 "UID:a\r\nFN:a\r\nN;X-CONVENED-MADE=0aeb65b5a2dfc4b1:New;;;;\r\n" TAIL, NULL);
        check_card(__LINE__, CARD_VERSION_4,
                        HEAD_3
                        "UID:a\r\nFN:a\r\nN:a;;;;\r\nTEL;TYPE=home;X-CONVENED-HEAD=\"TEL;VALUE=uri;TYPE=cell:tel:\":+1\r\n" TAIL,
                        HEAD_4
                        "UID:a\r\nFN:a\r\nN:a;;;;\r\nTEL;TYPE=home;X-CONVENED-HEAD=\"TEL;VALUE=uri;TYPE=cell:tel:\":+1\r\n" TAIL,
                        NULL);
        check_card(__LINE__, CARD_VERSION_4,
                        HEAD_3
                        "UID:a\r\nFN:a\r\nN:a;;;;\r\nTEL;TYPE=cell;X-CONVENED-HEAD=\"TEL;VALUE=uri;TYPE=cell:tel:\":+2\r\n" TAIL,
                        HEAD_4 "UID:a\r\nFN:a\r\nN:a;;;;\r\nTEL;VALUE=uri;TYPE=cell:tel:+2\r\n" TAIL, NULL);
}

static void test_card_convert__copies_a_card_of_the_same_version(void **state)
{
        (void)state;
        static const char *const cards[] = { HEAD_3 OTHERS "TEL;TYPE=\"home\":+1\r\n" TAIL,
                HEAD_4 OTHERS "TEL;TYPE=pref:+1\r\n" TAIL };
        for (size_t i = 0; i < 2; i++) {
                CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(ROOM);
                convert(cards[i], i == 0 ? CARD_VERSION_3 : CARD_VERSION_4, &out);
                assert_string_equal(buffer_text(&out), cards[i]);
        }
        Buffer out = BUFFER_INIT(16);
        assert_int_equal(card_convert("FN:x\r\n", 6, CARD_VERSION_3, &out), CARD_E_INVALID);
        assert_int_equal(card_convert(cards[0], strlen(cards[0]), CARD_VERSION_3, &out), -EFBIG);
        buffer_done(&out);
}

/* A photo of 900 KiB, and 19,000 lines of each kind that looks for others. */
static void test_card_convert__takes_linear_time(void **state)
{
        (void)state;
        static const struct {
                const char *begin, *end;
        } lines[] = {
                { "EMAIL;PREF=", ":a" },
                { "X-", ";PREF=1:a" },
                { "ADR;LABEL=a", ":b" },
                { "X-LABEL:a", "" },
                { "TEL;X-CONVENED-HEAD=\"T", ":\":a" },
                { "RELATED;TYPE=agent:", "" },
        };
        for (size_t i = 0; i <= sizeof(lines) / sizeof(lines[0]); i++) {
                CLEANUP(cleanup_buffer) Buffer text = BUFFER_INIT(1 << 20);
                CLEANUP(cleanup_buffer) Buffer out = BUFFER_INIT(16 << 20);
                buffer_puts(&text, HEAD_4 OTHERS);
                if (i == sizeof(lines) / sizeof(lines[0])) {
                        buffer_puts(&text, "PHOTO:data:image/jpeg;base64,");
                        for (size_t n = 0; n < 900 * 1024; n++)
                                buffer_putc(&text, 'A');
                        buffer_puts(&text, "\r\n");
                } else {
                        for (int n = 0; n < 19000; n++)
                                buffer_printf(&text, "%s%d%s\r\n", lines[i].begin, n, lines[i].end);
                }
                buffer_puts(&text, TAIL);
                assert_int_equal(buffer_error(&text), 0);
                clock_t before = clock();
                assert_int_equal(card_convert(text.data, text.len, CARD_VERSION_3, &out), 0);
                if (clock() - before > CLOCKS_PER_SEC)
                        fail_msg("row %zu takes %g s", i, (double)(clock() - before) / CLOCKS_PER_SEC);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_card_convert__4_to_3),
                cmocka_unit_test(test_card_convert__3_to_4),
                cmocka_unit_test(test_card_convert__whole_cards),
                cmocka_unit_test(test_card_convert__changed_lines_are_not_restored),
                cmocka_unit_test(test_card_convert__copies_a_card_of_the_same_version),
                cmocka_unit_test(test_card_convert__takes_linear_time),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
