#include "access/strings.h"

extern const AccessStrings access_strings_ru;

const AccessStrings access_strings_ru = {
        .login_title = "Вход для сотрудников",
        .login_name = "Имя",
        .login_password = "Пароль",
        .login_button = "Войти",
        .login_note = "Имя и пароль те же, что для календаря в вашей программе. Пароли приложений здесь не подходят.",
        .login_wrong = "Имя или пароль неверны",
        .login_wait = "Слишком много неудачных попыток. Попробуйте через {n, plural, one {# секунду} few {# секунды} many {# секунд} other {# секунды}}.",

        .sessions_title = "Учётная запись",
        .sessions_note =
                        "Здесь видно, где открыт вход в вашу учётную запись. Вход закрывается сам после 12 часов без действий и через 14 дней в любом случае.",
        .sessions_role = "Роль: {role}",
        .role_reader = "читатель",
        .role_editor = "редактор",
        .role_admin = "администратор",
        .session_browser = "Браузер",
        .session_client = "Адрес",
        .session_since = "Вход",
        .session_used = "Последнее действие",
        .session_this = "этот браузер",
        .session_end = "Закрыть",
        .sessions_end = "Закрыть все остальные",

        .programs_title = "Программы-календари и адресные книги",
        .programs_note =
                        "Укажите в программе этот адрес (CalDAV, CardDAV), имя, которое стоит ниже, и пароль приложения. Большинство программ само находит все календари и адресные книги; остальным нужен адрес каждого.",
        .programs_collections = "Календари и адресные книги",
        .programs_name = "Название",
        .programs_kind = "Вид",
        .programs_access = "Доступ",
        .programs_address = "Адрес",
        .programs_calendar = "календарь",
        .programs_drafts = "черновики: события без даты, записями журнала",
        .programs_each = "В вашей программе",
        .programs_steps = "Где его указать",
        .programs_thunderbird =
                        "«Создать календарь», «В сети», затем «Найти календари». Контакты: «Создать адресную книгу», «Добавить адресную книгу CardDAV».",
        .programs_apple =
                        "«Добавить другую учётную запись», CalDAV, тип «Вручную»; контакты — вторая учётная запись, CardDAV. Если одного имени сервера мало, укажите этот адрес.",
        .programs_davx5 =
                        "«Вход с URL и именем пользователя». Выберите, что группы — отдельные vCard, затем отметьте календари.",
        .programs_evolution =
                        "«Создать», «Учётная запись набора», «Поиск». Один календарь: «Создать», «Календарь», CalDAV.",
        .programs_outlook =
                        "Для Outlook нужно бесплатное дополнение CalDav Synchronizer: профиль Generic CalDAV/CardDAV, затем Test or discover settings.",
        .programs_vdirsyncer = "url = хранилища типа caldav или carddav.",
        .programs_book = "адресная книга",
        .programs_read = "только чтение",
        .programs_write = "чтение и запись",

        .passwords_title = "Пароли приложений",
        .passwords_note =
                        "Для каждой программы и каждого телефона нужен свой пароль: тогда один можно отозвать, не трогая остальные.",
        .password_made = "Вот новый пароль. Он показывается только один раз:",
        .password_label = "Программа",
        .password_label_note = "Например: телефон, Thunderbird на работе",
        .password_created = "Создан",
        .password_used = "Последний вход",
        .password_never = "ещё не было",
        .password_read_only = "Программе разрешено только читать",
        .password_make = "Создать пароль",
        .password_revoke = "Отозвать",
        .password_bad_label = "Введите название не длиннее 64 байт",
        .password_label_taken = "Для этой программы пароль уже есть; сначала отзовите его",
};
