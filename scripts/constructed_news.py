"""Constructed news as texts to be read: reports in four languages, as many as wanted, none ever published.

Each happening has a place, a day and a kind, and is told by three reports, each with what two or three sides
say of it, so that events, conflicts and their number grow as they do with news.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from tracker.registry.loading import load_places

FIRST_DAY = date(2019, 4, 4)
_HAPPENINGS_OF_A_DAY = 6
_REPORTS_OF_A_HAPPENING = 3

_LANGUAGES = (("en", 35), ("ar", 35), ("tr", 15), ("ru", 15))

_TOLD: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "capture": {
        "en": (
            "{place}: who holds the {thing}",
            "The Libyan National Army said its units had taken the {thing} near {place} at dawn.",
            "The Government of National Accord denied that the {thing} near {place} had been lost.",
            "Residents of {place} said that fighting around the {thing} had gone on for {n} hours.",
            "The UN mission said it could not confirm who controls the {thing} near {place}.",
        ),
        "ar": (
            "{place}: من يسيطر على {thing}",
            "قال الجيش الوطني الليبي إن وحداته سيطرت فجرا على {thing} قرب {place}.",
            "نفت حكومة الوفاق الوطني سقوط {thing} قرب {place}.",
            "قال سكان في {place} إن القتال حول {thing} استمر {n} ساعات.",
            "قالت بعثة الأمم المتحدة إنها لا تستطيع تأكيد الجهة التي تسيطر على {thing} قرب {place}.",
        ),
        "tr": (
            "{place}: {thing} kimin elinde",
            "Libya Ulusal Ordusu (LUO), {place} yakınındaki {thing} bölgesini ele geçirdiğini açıkladı.",
            "UMH, {place} yakınındaki {thing} bölgesini kaybettiğini yalanladı.",
            "{place} sakinleri, {thing} çevresindeki çatışmaların {n} saat sürdüğünü söyledi.",
        ),
        "ru": (
            "{place}: кто удерживает {thing}",
            "Ливийская национальная армия (ЛНА) заявила, что её части заняли {thing} у города {place}.",
            "ПНС опровергло потерю объекта {thing} у города {place}.",
            "Жители города {place} сообщили, что бой за {thing} длился {n} часов.",
        ),
    },
    "shelling": {
        "en": (
            "Shells fall on houses in {place}",
            "The GNA's health ministry counted {n} killed in {place} by nightfall.",
            "The Libyan National Army denied that it had shelled houses in {place}.",
            "Medics in {place} said that {m} people were injured when shells hit the {thing}.",
        ),
        "ar": (
            "قذائف على منازل في {place}",
            "أحصت وزارة الصحة بالوفاق {n} قتلى في {place} حتى المساء.",
            "نفى الجيش الوطني الليبي قصف منازل في {place}.",
            "قال مسعفون في {place} إن {m} شخصا أصيبوا عندما سقطت قذائف على {thing}.",
        ),
        "tr": (
            "{place} kentinde evlere mermi düştü",
            "UMH Sağlık Bakanlığı, {place} kentinde {n} kişinin öldüğünü açıkladı.",
            "Libya Ulusal Ordusu (LUO), {place} kentindeki evleri bombaladığını yalanladı.",
            "{place} kentindeki doktorlar, {m} kişinin yaralandığını söyledi.",
        ),
        "ru": (
            "Снаряды упали на дома в городе {place}",
            "Министерство здравоохранения ПНС сообщило, что в городе {place} погибли {n} человек.",
            "Ливийская национальная армия (ЛНА) опровергла, что обстреляла дома в городе {place}.",
            "Врачи в городе {place} сообщили, что {m} человек были ранены.",
        ),
    },
    "drone": {
        "en": (
            "A drone is brought down near {place}",
            "The Government of National Accord said its forces had shot down a drone near {place}.",
            "The Libyan National Army said that it had lost no aircraft near {place}.",
            "Turkey's defence ministry said that the drone had struck the {thing} {n} times before.",
        ),
        "ar": (
            "إسقاط طائرة مسيرة قرب {place}",
            "قالت حكومة الوفاق الوطني إن قواتها أسقطت طائرة مسيرة قرب {place}.",
            "قال الجيش الوطني الليبي إنه لم يفقد أي طائرة قرب {place}.",
            "قالت وزارة الدفاع التركية إن المسيرة استهدفت {thing} {n} مرات من قبل.",
        ),
        "tr": (
            "{place} yakınında bir insansız hava aracı düştü",
            "UMH, güçlerinin {place} yakınında bir insansız hava aracını düşürdüğünü açıkladı.",
            "LUO, {place} yakınında hiçbir hava aracını kaybetmediğini bildirdi.",
        ),
        "ru": (
            "Беспилотник сбит у города {place}",
            "ПНС заявило, что его силы сбили беспилотник у города {place}.",
            "ЛНА сообщила, что не теряла летательных аппаратов у города {place}.",
        ),
    },
    "prisoners": {
        "en": (
            "Prisoners are taken at {place}",
            "The Government of National Accord said {m} fighters had been captured at {place}.",
            "The Libyan National Army said that only {n} of its men had been captured at {place}.",
            "The UN mission called on both sides to treat those captured at the {thing} well.",
        ),
        "ar": (
            "أسرى في {place}",
            "قالت حكومة الوفاق الوطني إن {m} مقاتلا أسروا في {place}.",
            "قال الجيش الوطني الليبي إن {n} فقط من رجاله أسروا في {place}.",
            "دعت بعثة الأمم المتحدة الطرفين إلى حسن معاملة الأسرى قرب {thing}.",
        ),
        "tr": (
            "{place} kentinde esirler",
            "UMH, {place} kentinde {m} savaşçının esir alındığını açıkladı.",
            "LUO, {place} kentinde yalnızca {n} kişinin esir alındığını bildirdi.",
        ),
        "ru": (
            "Пленные в городе {place}",
            "ПНС сообщило, что в городе {place} взяты в плен {m} бойцов.",
            "ЛНА заявила, что в городе {place} взяты в плен лишь {n} её бойцов.",
        ),
    },
}
"""Of each kind of happening and language: a title, then who says what."""

_THINGS = {
    "en": ("fuel depot", "airstrip", "ring road", "water plant", "eastern gate", "clinic", "old fort"),
    "ar": (
        "مستودع الوقود",
        "المهبط",
        "الطريق الدائري",
        "محطة المياه",
        "البوابة الشرقية",
        "العيادة",
        "القلعة",
    ),
    "tr": ("yakıt deposu", "pist", "çevre yolu", "su tesisi", "doğu kapısı", "klinik", "eski kale"),
    "ru": (
        "склад топлива",
        "аэродром",
        "объезд",
        "водная станция",
        "восточные ворота",
        "клиника",
        "крепость",
    ),
}


def reports(count: int, *, seed: int = 1) -> Iterator[dict[str, object]]:
    """So many reports as records of JSON Lines, by day."""
    chance = random.Random(seed)  # noqa: S311 # news, not secrets
    languages, weights = [code for code, _ in _LANGUAGES], [weight for _, weight in _LANGUAGES]
    places = [place.names for place in load_places() if place.names.keys() >= _THINGS.keys()]
    kind, place, thing = "", places[0], 0
    for number in range(count):
        happening = number // _REPORTS_OF_A_HAPPENING
        if number % _REPORTS_OF_A_HAPPENING == 0:
            kind, place = chance.choice(list(_TOLD)), chance.choice(places)
            thing = chance.randrange(len(_THINGS["en"]))
        language = chance.choices(languages, weights)[0]
        name = place[language][0]
        words = [
            one.format(
                place=name,
                thing=_THINGS[language][thing],
                n=chance.randrange(3, 10),
                m=chance.randrange(11, 60),
            )
            for one in _TOLD[kind][language]
        ]
        day = FIRST_DAY + timedelta(days=happening // _HAPPENINGS_OF_A_DAY)
        yield {
            "id": f"constructed-{seed}-{number}",
            "url": f"https://wire.example/{seed}/{number}",
            "title": words[0],
            "outlet": f"Constructed Wire {number % 40}",
            "published": f"{day.isoformat()}T{6 + number % 16:02}:00:00+00:00",
            "lang": language,
            "text": "\n\n".join(chance.sample(words[1:], len(words) - 1)),
        }
