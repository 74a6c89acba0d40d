#!/usr/bin/env python3
"""Records the vectors that the reference's BM25 model makes of texts in many languages: python3 record.py > bm25.jsonl.gz

One JSON object a line: configuration, text, the document's and the query's indices and values (document only where they are not one)."""
import gzip
import json
import sys

import qdrant_edge as q

TEXTS = {
    "english": "All human beings are born free and equal in dignity and rights. They're endowed with reason — “it's” 3.14% of naïve cafés; running, runs, easily fished!",
    "german": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt; Straße, GRÖSSE, Häuser, überfließende Bächlein.",
    "french": "Tous les êtres humains naissent libres et égaux en dignité et en droits. L'œuvre d'Ætius, ça et là, où l'été s'achève à Noël; continuellement naïvement.",
    "spanish": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y conciencia, ¿deben comportarse fraternalmente? ¡Sí, mañana!",
    "portuguese": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de consciência, ações, coração, avós, lingüística.",
    "italian": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di coscienza; perché così è più facilmente abbandonato.",
    "dutch": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met verstand en geweten, ĳsberen, geïnteresseerd, mogelijkheden.",
    "danish": "Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og samvittighed, kærlighed, blåbærgrød på Ærø.",
    "norwegian": "Alle mennesker er født frie og med samme menneskeverd og menneskerettigheter. De er utstyrt med fornuft og samvittighet, blåbær, ÅLESUND.",
    "swedish": "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och samvete, smörgåsbord, Ångström, flickorna.",
    "finnish": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on annettu järki ja omatunto, yöllä, taloissammekin.",
    "hungarian": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és lelkiismerettel bírván, gyűrűsfű, legmegszentségteleníthetetlenebb.",
    "romanian": "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele sunt înzestrate cu rațiune și conștiință, ţărănesc, copiilor.",
    "turkish": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler; İSTANBUL, IĞDIR, çekoslovakyalılaştıramadıklarımızdan.",
    "azerbaijani": "Bütün insanlar ləyaqət və hüquqlarına görə azad və bərabər doğulurlar. Onların şüurları və vicdanları var.",
    "russian": "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью; ёлка, ЁЖИК, подъезд, кошками.",
    "greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. ΟΔΥΣΣΕΎΣ ΌΣΟΣ λόγος, είναι προικισμένοι με λογική.",
    "arabic": "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلاً وضميرًا، الشجرة البانيا المكتبة ٱلرحمن مدرسـة على إلى آخر ١٢٣",
    "hebrew": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, שָׁלוֹם עולם.",
    "hinglish": "Sabhi manushya janm se swatantra aur samaan hain, unhe buddhi aur antaratma mili hai.",
    "bengali": "সমস্ত মানুষ স্বাধীনভাবে সমান মর্যাদা এবং অধিকার নিয়ে জন্মগ্রহণ করে। তাঁদের বিবেক এবং বুদ্ধি আছে।",
    "nepali": "सबै व्यक्तिहरू जन्मजात स्वतन्त्र हुन् ती सबैको समान अधिकार र महत्व छ। निजहरूमा विचार शक्ति र सद्विचार भएकोले।",
    "basque": "Gizon-emakume guztiak aske jaiotzen dira, duintasun eta eskubide berberak dituztela; ezaguera eta kontzientzia dutenez gero.",
    "catalan": "Tots els éssers humans neixen lliures i iguals en dignitat i en drets. Són dotats de raó i de consciència, col·legi, l'avi.",
    "indonesian": "Semua orang dilahirkan merdeka dan mempunyai martabat dan hak-hak yang sama. Mereka dikaruniai akal dan hati nurani.",
    "kazakh": "Барлық адамдар тумысынан азат және қадір-қасиеті мен құқықтары тең болып дүниеге келеді. Адамдарға ақыл-парасат берілген.",
    "slovene": "Vsi ljudje se rodijo svobodni in imajo enako dostojanstvo in enake pravice. Obdarjeni so z razumom in vestjo, čudežno žužemberk.",
    "tajik": "Тамоми одамон озод ба дунё меоянд ва аз лиҳози манзилату ҳуқуқ бо ҳам баробаранд. Ҳама соҳиби ақлу виҷдонанд.",
    "chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神互相对待。這是繁體中文﹐關於圖書館與電腦程式的測試 Qdrant 2024 年T恤A股卡拉OK。",
    "japanese": "すべての人間は、生れながらにして自由であり、かつ、尊厳と権利とについて平等である。日本語のテキストです。Qdrantのコードで単体テストで使用されています。2024年ＡＢＣ",
    "tamil": "மனிதப் பிறிவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர்; அவர்கள் மதிப்பிலும் உரிமைகளிலும் சமமானவர்கள்.",
    "armenian": "Բոլոր մարդիկ ծնվում են ազատ ու հավասար իրենց արժանապատվությամբ ու իրավունքներով։ Նրանք ունեն բանականություն ու խիղճ։",
    "thai": "มนุษย์ทั้งปวงเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างในตนมีเหตุผลและมโนธรรม ภาษาไทยง่ายนิดเดียว 123 ABC",
    "korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았으며",
    "persian": "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند؛ کتاب‌های ۱۲۳ گربه پنجره چرا ژاله؟",
    "urdu": "تمام انسان آزاد اور حقوق و عزت کے اعتبار سے برابر پیدا ہوئے ہیں۔ انہیں ضمیر اور عقل ودیعت ہوئی ہے۔",
    "ukrainian": "Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені розумом і совістю, її ґанок.",
    "vietnamese": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Mọi con người đều được tạo hoá ban cho lý trí.",
    "polish": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem; żółć gęślą jaźń.",
    "georgian": "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით. ᲥᲐᲠᲗᲣᲚᲘ ენა.",
    "khmer": "មនុស្សទាំងអស់ កើតមកមានសេរីភាព និងសមភាព ក្នុងផ្នែកសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិ។ល។ ៗ",
    "amharic": "የሰው ልጅ ሁሉ ሲወለድ ነጻና በክብርና በመብትም እኩልነት ያለው ነው። የተፈጥሮ ማስተዋልና ሕሊና ስላለው።",
    "mixed": "Hello мир 世界 こんにちは ﬁancé ① Ⅷ ½ ⅓x ２０２４ ＦＵＬＬ ａｂｃ e\u0301 \u0130x ǅungla Αθήνα and Київ שלום 한글 العربية ไทย.",
    "mixed_jp": "「ハンガリー」へ旅行、ABCとdef、カタカナひらがな漢字、ｶﾀｶﾅ。The QUICK brown foxes jumped.",
    "code": "getUserName HTTPServer get_user_name MAX_BUFFER_SIZE __init__ parseURLsFrom Int32Array 0xFF 1_000_000 utf8 größeÄndern изПеременнойВСтроку x86_64 snake_Case_Mix iOS",
    "odd": "\u0000 a\u0000b \t\r\n\u0085\u2028\u00a0x\u200cy\u200dz ab\u00adcd ... --- 12.3-4 -5 +6 ''' \u02bcn \u0345\u0399 ꙮ 𝒜𝓑 𐐀 ǰ ΐ Σ ΑΣ ΣΑΣ. ΑΣ\u0301 ΑΣ'Β l'été",
    "empty": "",
}
SNOWBALL = [n for n in dir(q.SnowballLanguage) if n[0].isupper()]
LANGUAGES = [n for n in dir(q.Language) if n[0].isupper()]


def config(c):
    c = dict(c)
    if "tokenizer" in c:
        c["tokenizer"] = getattr(q.TokenizerType, c["tokenizer"].title())
    if "stemmer" in c:
        c["stemmer"] = q.SnowballParams(getattr(q.SnowballLanguage, c["stemmer"].title())) if c["stemmer"] else q.DisabledStemmer()
    if "stopwords" in c:
        c["stopwords"] = q.StopwordsSet(set(getattr(q.Language, n.title()) for n in c["stopwords"]["languages"]), set(c["stopwords"]["custom"]))
    return q.Bm25Config(**c)


def cases():
    none = {"stemmer": "", "stopwords": {"languages": [], "custom": []}}
    for name, text in TEXTS.items():
        for tokenizer in ("word", "whitespace", "prefix", "multilingual", "code"):
            yield name, dict(none, tokenizer=tokenizer), text
        yield name, dict(none, tokenizer="multilingual", ascii_folding=True, min_token_len=2, max_token_len=6), text
        yield name, dict(none, tokenizer="word", ascii_folding=True), text
        yield name, dict(none, tokenizer="whitespace", lowercase=False), text
        yield name, dict(none, tokenizer="prefix", min_token_len=2, max_token_len=5), text
        yield name, dict(none, tokenizer="prefix", min_token_len=0, max_token_len=3, lowercase=False), text
        yield name, dict(none, tokenizer="word", min_token_len=3, max_token_len=7), text
        yield name, dict(none, tokenizer="code", lowercase=False, max_token_len=8), text
        yield name, {}, text
        if name.title() in LANGUAGES:
            yield name, {"language": name}, text
            yield name, {"language": name, "tokenizer": "multilingual", "k": 1.7, "b": 0.3, "avg_len": 12.5}, text
            yield name, dict(none, stopwords={"languages": [name, "english"], "custom": ["Free", "libres"]}), text
        if name.title() in SNOWBALL:
            yield name, dict(none, stemmer=name), text
            yield name, dict(none, stemmer=name, tokenizer="prefix", max_token_len=4), text


def main():
    out = []
    for name, c, text in cases():
        m = q.Bm25(config(c))
        d, qu = m.embed_document(text), m.embed_query(text)
        assert set(qu.values) <= {1.0}
        case = {"name": name, "config": c, "text": text, "document": [d.indices, d.values]}
        if list(qu.indices) != list(d.indices):
            case["query"] = qu.indices
        out.append(json.dumps(case, ensure_ascii=False))
    sys.stdout.buffer.write(gzip.compress("\n".join(out).encode(), 9, mtime=0))


main()
