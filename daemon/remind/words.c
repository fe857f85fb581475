#include "remind/words.h"

#include <stddef.h>
#include <string.h>

static const Words words[] = {
        {
                        .language = "en",
                        .today = "Today, {date}: {what}",
                        .tomorrow = "Tomorrow, {date}: {what}",
                        .in_days = "In {n, plural, one {# day} other {# days}}, {date}: {what}",
                        .running = "Now on: {what}",
                        .late = "This reminder comes later than it should have.",
                        .when = "When",
                        .where = "Where",
                        .organiser = "Organiser",
                        .basis = "About the date",
                        .about = "About",
                        .link = "For your calendar",
                        .busy = "Busy",
                        .unnamed = "an event without a title",
                        .your_clock = "By your clock",
                        .basis_public = "it is taken from public sources, the organiser has not stated it",
                        .basis_inferred = "it is inferred, and may be wrong",
                        .why = "You get this message because you are listed for reminders of this calendar.",
                        .stop = "No more reminders:",
        },
        {
                        .language = "ru",
                        .today = "Сегодня, {date}: {what}",
                        .tomorrow = "Завтра, {date}: {what}",
                        .in_days = "Через {n, plural, one {# день} few {# дня} other {# дней}}, {date}: "
                                   "{what}",
                        .running = "Уже идёт: {what}",
                        .late = "Это напоминание пришло позже, чем должно было.",
                        .when = "Когда",
                        .where = "Где",
                        .organiser = "Организатор",
                        .basis = "О дате",
                        .about = "О событии",
                        .link = "В ваш календарь",
                        .busy = "Занято",
                        .unnamed = "событие без названия",
                        .your_clock = "По вашим часам",
                        .basis_public = "взята из открытых источников, организатор её не называл",
                        .basis_inferred = "установлена по косвенным признакам и может быть неточной",
                        .why = "Вы получили это письмо, потому что подписаны на напоминания этого "
                               "календаря.",
                        .stop = "Отказаться от напоминаний:",
        },
};

const Words *words_for(const char *language)
{
        for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
                if (language && strcmp(words[i].language, language) == 0)
                        return &words[i];
        return &words[0];
}
