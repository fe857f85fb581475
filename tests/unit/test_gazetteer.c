#include "draft/gazetteer.h"
#include "draft/lexicon.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

typedef struct Row {
        const char *form, *name, *zone;
        int line;
} Row;

#define ROW(form, name, zone)                                                                               \
        {                                                                                                   \
                form, name, zone, __LINE__                                                                  \
        }

static const Row rows[] = {
        ROW("Саранске", "Саранск", "Europe/Moscow"),
        ROW("Димитровграде", "Димитровград", "Europe/Ulyanovsk"),
        ROW("Набережных Челнах", "Набережные Челны", "Europe/Moscow"),
        ROW("Набережных Челнов", "Набережные Челны", "Europe/Moscow"),
        ROW("Нижнем Новгороде", "Нижний Новгород", "Europe/Moscow"),
        ROW("Великом Новгороде", "Великий Новгород", "Europe/Moscow"),
        ROW("Великих Луках", "Великие Луки", "Europe/Moscow"),
        ROW("Москве", "Москва", "Europe/Moscow"),
        ROW("Москвы", "Москва", "Europe/Moscow"),
        ROW("Москву", "Москва", "Europe/Moscow"),
        ROW("Казани", "Казань", "Europe/Moscow"),
        ROW("Казанью", "Казань", "Europe/Moscow"),
        ROW("Твери", "Тверь", "Europe/Moscow"),
        ROW("Перми", "Пермь", "Asia/Yekaterinburg"),
        ROW("Уфе", "Уфа", "Asia/Yekaterinburg"),
        ROW("Орле", "Орёл", "Europe/Moscow"),
        ROW("Ярославле", "Ярославль", "Europe/Moscow"),
        ROW("Иванове", "Иваново", "Europe/Moscow"),
        ROW("Иваново", "Иваново", "Europe/Moscow"),
        ROW("Кемерове", "Кемерово", "Asia/Novokuznetsk"),
        ROW("Химках", "Химки", "Europe/Moscow"),
        ROW("Чебоксарах", "Чебоксары", "Europe/Moscow"),
        ROW("Екатеринбурге", "Екатеринбург", "Asia/Yekaterinburg"),
        ROW("Екатеринбурга", "Екатеринбург", "Asia/Yekaterinburg"),
        ROW("Новосибирске", "Новосибирск", "Asia/Novosibirsk"),
        ROW("Владивостоке", "Владивосток", "Asia/Vladivostok"),
        ROW("Ростове-на-Дону", "Ростов-на-Дону", "Europe/Moscow"),
        ROW("Йошкар-Оле", "Йошкар-Ола", "Europe/Moscow"),
        ROW("Сочи", "Сочи", "Europe/Moscow"),
        ROW("Тольятти", "Тольятти", "Europe/Samara"),
        ROW("Чирчике", "Чирчик", "Asia/Tashkent"),
        ROW("Ташкенте", "Ташкент", "Asia/Tashkent"),
        ROW("Навои", "Навои", "Asia/Samarkand"),
        ROW("Ульяновске", "Ульяновск", "Europe/Ulyanovsk"),
        ROW("Смоленске", "Смоленск", "Europe/Moscow"),
        ROW("Сафонове", "Сафоново", "Europe/Moscow"),
        ROW("Иннополисе", "Иннополис", "Europe/Moscow"),
        ROW("Kazan", "Kazan", "Europe/Moscow"),
        ROW("Vienna", "Vienna", "Europe/Vienna"),
        ROW("Tashkent", "Tashkent", "Asia/Tashkent"),
        ROW("Poznań", "Poznań", "Europe/Warsaw"),
        ROW("LULEÅ", "Luleå", "Europe/Stockholm"),
        ROW("Łódź", "Łódź", "Europe/Warsaw"),
        ROW("Мероприятии", NULL, NULL),
        ROW("Ассоциации", NULL, NULL),
        ROW("Форуме", NULL, NULL),
        ROW("казани", NULL, NULL),
};

static void test_gazetteer__finds_names_in_every_case(void **state)
{
        (void)state;
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
                TokenText text;
                GazetteerTown town = { .name = "none", .zone = "none" };
                assert_int_equal(token_text_init(rows[i].form, strlen(rows[i].form), &text), 0);
                assert_int_equal(lexicon_mark(&text, NULL), 0);
                bool found = gazetteer_find(&text, 0, &town);
                bool is_right = rows[i].name ? found && strcmp(town.name, rows[i].name) == 0 &&
                                                                strcmp(town.zone, rows[i].zone) == 0
                                             : !found;
                if (!is_right)
                        fail_msg("line %d: %s is %s in %s", rows[i].line, rows[i].form, town.name,
                                        town.zone);
                token_text_done(&text);
        }
}

int main(void)
{
        const struct CMUnitTest tests[] = {
                cmocka_unit_test(test_gazetteer__finds_names_in_every_case),
        };
        return cmocka_run_group_tests(tests, NULL, NULL);
}
