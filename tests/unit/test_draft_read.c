/* Tests what a whole text tells: its events with their days and towns, and its contacts. */

#include "draft/draft.h"
#include "draft/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { OUT_BYTES = 4096 };

/* A text, and what it tells; NULL for what a row does not check. */
typedef struct Row {
        int line;
        const char *text;
        DraftDay written;
        const char *events;   /* the first and last day of each and how its title begins, a line each */
        const char *words;    /* of the days of the first event */
        const char *town;     /* of the first event; "" for none */
        const char *contacts; /* a URI a line; "none" for a number whose country is unknown */
} Row;

static const Row rows[] = {
        /* Only the verb tells that something in no table of words is an event. */
        { __LINE__, "В пятницу, 5 сентября, на площадке технопарка «Алтай» состоится открытая дегустация сыров.",
                        { 2025, 9, 3 }, .events = "2025-09-05 2025-09-05 Открытая дегустация сыров\n" },
        { __LINE__, "Юбилейный вечер состоится 7 ноября в ДК «Лидер» в 17 часов.", { 2025, 10, 22 },
                        .events = "2025-11-07 2025-11-07 Юбилейный вечер\n" },
        /* A last day in another sentence is that of the event before. */
        { __LINE__, "22 ноября откроется выставка плакатов. Выставка проработает до 20 декабря.",
                        { 2024, 11, 18 }, .events = "2024-11-22 2024-12-20 Выставка плакатов\n" },
        { __LINE__, "ЧЕРЕПОВЕЦ, 13 октября 2025. Выставка «Север» начала работу в зале «Алмаз».\nДо 15 октября здесь покажут станки.",
                        { 2025, 10, 13 }, .events = "2025-10-13 2025-10-15 Выставка «Север»\n" },
        /* The day on which an event was due is not its day. */
        { __LINE__, "Выставка «Криоген», которая должна была состояться 19–21 ноября, пройдет с 3 по 5 декабря 2024 года.",
                        { 2024, 11, 4 }, .events = "2024-12-03 2024-12-05 Выставка «Криоген»\n" },
        { __LINE__, "Форум «Инженеры» стартует завтра\n\nЗавтра, 8 ноября, в Краснодаре стартует двухдневный форум «Инженеры».",
                        { 2023, 11, 7 }, .events = "2023-11-08 2023-11-09 Двухдневный форум «Инженеры»\n" },
        /* How an event is held is no event, and visitors that are counted are no visit. */
        { __LINE__, "Заседание совета под председательством министра прошло 28 июля в режиме видеоконференции.",
                        { 2025, 7, 29 }, .events = "2025-07-28 2025-07-28 Заседание совета\n" },
        { __LINE__, "С 5 по 7 сентября выставочный комплекс посетили 6,5 тысяч человек.", { 2024, 9, 9 },
                        .events = "" },
        /*
         * A sentence of a day and "пройдет", or an invitation, names an event by a noun that is in no table;
         * a road does not.
         */
        { __LINE__, "В пятницу, 5 сентября, на площадке технопарка «Алтай» пройдет открытая дегустация сыров.",
                        { 2025, 9, 3 }, .events = "2025-09-05 2025-09-05 Открытая дегустация сыров\n" },
        { __LINE__, "В ночь с 12 на 13 августа приглашаем всех на открытые наблюдения метеоров.",
                        { 2025, 7, 28 }, .events = "2025-08-12 2025-08-13 Открытые наблюдения метеоров\n" },
        { __LINE__, "Дорога 5 мая пройдет через поселок Луговой. Вскрытие конвертов состоится 26 мая, торги состоятся 30 мая.",
                        { 2025, 4, 3 }, .events = "" },
        /*
         * The results of a tender, the day of an order, and a day on which a show is closed are no days of
         * events.
         */
        { __LINE__, "Аукцион на строительство дорог объявят в июне, подведение итогов запланировано на 15 июля.",
                        { 2025, 4, 29 }, .events = "" },
        { __LINE__, "Постановлением от 12.11.2025 № 1187 назначены публичные слушания. Слушания состоятся 28 ноября 2025 года.",
                        { 2025, 11, 14 }, .events = "2025-11-28 2025-11-28 Публичные слушания\n" },
        { __LINE__, "Выставка «Ёлка» откроется 20 декабря. Выставка будет работать до 8 января с 10 до 20 часов, 1 января - выходной.",
                        { 2025, 12, 3 }, .events = "2025-12-20 2026-01-08 Выставка «Ёлка»\n" },
        /* A place may stand before the day, under the name. */
        { __LINE__, "CALL FOR PAPERS\n2nd Symposium on Textiles\nPorto, Portugal, 18-20 June 2026\n\nWe invite papers.",
                        { 2026, 1, 10 }, .events = "2026-06-18 2026-06-20 2nd Symposium on Textiles\n" },
        /* "Накануне" counts from the day that the text told before. */
        { __LINE__, "29 октября парк «Волга» посетили представители провинции Хубэй. Накануне делегация встретилась с руководством региона.",
                        { 2025, 10, 31 },
                        .events = "2025-10-29 2025-10-29 Парк «Волга»\n2025-10-28 2025-10-28 Делегация встретилась\n" },
        /* The words between two commas tell what the name before them is. */
        { __LINE__, "Smart Parks Asia, the region's largest gathering of operators, takes place in Kuala Lumpur on 23 and 24 October 2024.",
                        { 2024, 8, 12 }, .events = "2024-10-23 2024-10-24 Smart Parks Asia\n" },
        /* A short number has the code of the number before it; a British one the code of its country. */
        { __LINE__, "Телефоны приемной прежние: (843) 255-90-12, 255-90-13.",
                        .contacts = "tel:+78432559012\ntel:+78432559013\n" },
        { __LINE__, "The seminar will be held in Leeds on 5 June 2025. Ring Beth on 01743 555 218.",
                        .contacts = "tel:+441743555218\n" },
        /* A town that only begins a short line is the subject of a verb, and no place. */
        { __LINE__, "Казань проиграла соперникам\nПермь победила\n\nФорум «Парки» пройдет 5 июня 2025 года.",
                        .events = "2025-06-05 2025-06-05 Форум «Парки»\n", .town = "" },
        { __LINE__, "Казань проиграла соперникам\n\nФорум «Парки» пройдет 5 июня 2025 года.\nПермь!",
                        .town = "Пермь" },
        /* A national number is British only if nothing tells of another country. */
        { __LINE__, "The seminar will be held in Prague on 5 June 2025. Ring Beth on 01743 555 218.",
                        .town = "Prague", .contacts = "none\n" },
        { __LINE__, "A mission to Nairobi will take place on 5 June 2025. Cost: £1,450. Ring Beth on 01743 555 218.",
                        .contacts = "tel:+441743555218\n" },
        { __LINE__, "The seminar will start at 10:00 EST on 5 June 2025. Ring Beth on 01743 555 218.",
                        .contacts = "none\n" },
        { __LINE__, "The seminar will be held on 5 June 2025. Ring Beth on 01743 555 218.", .town = "",
                        .contacts = "tel:+441743555218\n" },
        /* The interval around a day that only a word tells, whatever days stand before it. */
        { __LINE__,
                        "Вчера завершилась выставка дизайна. 4 ноября гостей проводили. С 27 октября по 4 ноября "
                        "показали сто работ.",
                        { 2024, 11, 5 }, .events = "2024-10-27 2024-11-04 Выставка дизайна\n",
                        .words = "С 27 октября по 4 ноября" },
        /* The day after an order is that of the order, but only in its sentence; "указано" is no order. */
        { __LINE__, "Заседание совета прошло по указу от 5 мая 2025 года.",
                        .events = "  Заседание совета\n" },
        { __LINE__, "В Туле вышел указ. Заседание совета от 5 мая 2025 года прошло успешно.",
                        .events = "2025-05-05 2025-05-05 Заседание совета\n" },
        { __LINE__, "Закончилось заседание совета от 5 мая 2025 года.",
                        .events = "2025-05-05 2025-05-05 Заседание совета\n" },
        { __LINE__, "Указано, что заседание совета от 5 мая 2025 года прошло успешно.",
                        .events = "2025-05-05 2025-05-05 Заседание совета\n" },
};

static void print_events(const DraftSet *set, Buffer *out)
{
        char from[16], to[16];
        for (size_t i = 0; i < set->n_events; i++) {
                draft_day_text(&set->events[i].from, from);
                draft_day_text(&set->events[i].to, to);
                buffer_printf(out, "%s %s %s\n", from, to, set->events[i].title.text);
        }
}

static void print_contacts(const DraftSet *set, Buffer *out)
{
        for (size_t i = 0; i < set->n_contacts; i++)
                buffer_printf(out, "%s\n", set->contacts[i].uri ? set->contacts[i].uri : "none");
}

/* Whether there are as many lines as expected, and each begins as expected. */
static bool lines_begin(const char *found, const char *expected)
{
        while (*found && *expected) {
                size_t n = strcspn(expected, "\n");
                if (strncmp(found, expected, n) != 0)
                        return false;
                expected += n + (expected[n] == '\n');
                n = strcspn(found, "\n");
                found += n + (found[n] == '\n');
        }
        return !*found && !*expected;
}

/* Return: whether a part is as the row says. */
static bool check(const Row *row, const char *what, const char *found, const char *expected)
{
        found = found ? found : "";
        if (!expected || (strcmp(what, "events") == 0 ? lines_begin(found, expected)
                                                      : strcmp(found, expected) == 0))
                return true;
        print_error("line %d: %s: \"%s\" instead of \"%s\"\n", row->line, what, found, expected);
        return false;
}

static bool check_row(const Row *row)
{
        CLEANUP(draft_set_done) DraftSet set = { .n_events = 0 };
        CLEANUP(buffer_done) Buffer events = BUFFER_INIT(OUT_BYTES);
        CLEANUP(buffer_done) Buffer contacts = BUFFER_INIT(OUT_BYTES);
        const DraftOptions options = { .written = row->written };
        assert_int_equal(draft_read(row->text, strlen(row->text), &options, &set), 0);
        const DraftEvent none = { .from = { 0 } }, *first = set.n_events ? &set.events[0] : &none;
        print_events(&set, &events);
        print_contacts(&set, &contacts);
        bool is_right = check(row, "events", buffer_text(&events), row->events);
        is_right &= check(row, "words", first->dates.text, row->words);
        is_right &= check(row, "town", first->town.text, row->town);
        return check(row, "contacts", buffer_text(&contacts), row->contacts) && is_right;
}

static void test_draft_read__table_of_texts(void **state)
{
        int wrong = 0;
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
                wrong += !check_row(&rows[i]);
        assert_int_equal(wrong, 0);
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_draft_read__table_of_texts),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
