#include "dav/strings.h"

extern const DavStrings dav_strings_ru;

const DavStrings dav_strings_ru = {
        .signed_in = "Вы вошли как {name} ({role}).",
        .reads_only = "Этот пароль приложения — только для чтения.",
        .reader = "читатель",
        .editor = "редактор",
        .admin = "администратор",
        .calendar_read = "Календарь {name}: можно читать.",
        .calendar_write = "Календарь {name}: можно читать и изменять.",
        .account_name = "Имя учётной записи",
        .account_address = "Адрес электронной почты",
        .addressbook_read = "Адресная книга {name}: можно читать.",
        .addressbook_write = "Адресная книга {name}: можно читать и изменять.",
        .drafts = "{name} (черновики)",
        .meetings = "Мои встречи",
        .meeting_form = "Встреча не может повторяться или занимать целые дни.",
        .meeting_people = "К встрече можно добавить только представителя, по ссылке из письма о ней.",
        .meeting_taken = "Это время занято.",
        .meeting_late = "Это время прошло или слишком близко.",
        .meeting_place = "В предложении нет такого места.",
        .meeting_offer = "Предложения этой встречи больше нет, поэтому её нельзя перенести.",
        .meeting_often = "Встречу переносили слишком часто.",
        .meeting_over = "Так изменить встречу уже нельзя.",
        .offer_host = "Нет контакта с таким UID.",
        .offer_group = "Это группа, а встречаются с одним человеком.",
        .offer_event = "Нет события с UID, который назван в предложении.",
        .offers = "Часы для встреч",
        .meeting_nearest = " Ближайшее свободное время: ",
};
