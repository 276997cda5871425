"""Short news paragraphs of our own making, one for each language."""

ENGLISH = (
    "Fighting broke out again on the southern edge of the capital late on Monday, a doctor at the field "
    "hospital said. “We have had nine wounded since sunset,” he said; neither side gave a number."
)
ARABIC = (
    "قال متحدث باسم غرفة العمليات إن القوات تقدمت نحو المطار فجر اليوم، ولم يذكر عدد القتلى. "
    "ونفى مسؤول في البلدية ذلك، متسائلا: من رأى هذه القوات؟"
)
TURKISH = (
    "Savunma Bakanlığı sözcüsü, geminin limana yalnızca ilaç ve gıda taşıdığını söyledi. "
    "Öğle saatlerinde İstanbul’da yapılan açıklamada, iddiaların çirkin ve asılsız olduğu vurgulandı."
)
RUSSIAN = (
    "Представитель министерства сообщил, что самолёты не покидали базу в среду. "
    "«Эти сведения не имеют ничего общего с действительностью», — заявил он журналистам."
)
BY_LANGUAGE = {"en": ENGLISH, "ar": ARABIC, "tr": TURKISH, "ru": RUSSIAN}
