"""The sentences a handbook has of its own, in English and Khmer."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.model import Text
from engine.protocol.prose.names import Names

_WORDS: Mapping[str, Text] = {
    # Front page and how to read
    "kind": {"en": "Handbook of the protocol", "km": "សៀវភៅណែនាំនៃពិធីការ"},
    "kind alone": {
        "en": "Handbook of the protocol: the lane {} alone, with the numbers it has in the whole",
        "km": "សៀវភៅណែនាំនៃពិធីការ៖ តែផ្នែក {} ដោយរក្សាលេខដូចក្នុងសៀវភៅទាំងមូល",
    },
    "version": {"en": "Version {}", "km": "កំណែ {}"},
    "draft": {
        "en": "DRAFT. Nobody has adopted it. It is in force nowhere and runs on invented people only.",
        "km": "សេចក្តីព្រាង។ មិនទាន់មានអ្នកណាអនុម័ត។ មិនទាន់ចូលជាធរមាននៅទីណា ហើយប្រើតែលើមនុស្សប្រឌិតប៉ុណ្ណោះ។",
    },
    "part draft": {
        "en": "NOT YET IN FORCE. Adopted by {by} on {on}, but some of its parts are not adopted; until "
        "they are, it runs on "
        "invented people only.",
        "km": "មិនទាន់ចូលជាធរមាន។ អនុម័តដោយ {by} នៅ{on} ប៉ុន្តែផ្នែកខ្លះមិនទាន់អនុម័ត៖ រហូតដល់ពេលនោះ ប្រើតែលើមនុស្សប្រឌិតប៉ុណ្ណោះ។",
    },
    "adopted": {"en": "Adopted by {by} on {on}.", "km": "អនុម័តដោយ {by} នៅ{on}។"},
    "planned": {
        "en": "The draft names {} as its first day, for {}; that holds only once it is adopted.",
        "km": "សេចក្តីព្រាងកំណត់{} ជាថ្ងៃដំបូង សម្រាប់{}; មានប្រសិទ្ធភាពលុះត្រាតែបានអនុម័ត។",
    },
    "in force": {"en": "It applies from {}, to {}.", "km": "អនុវត្តចាប់ពី{} ចំពោះ{}។"},
    "new cases": {"en": "new cases", "km": "សំណុំរឿងថ្មី"},
    "all cases": {"en": "all cases", "km": "សំណុំរឿងទាំងអស់"},
    "fingerprint": {
        "en": "Fingerprint of the meaning: {}. Whoever signs, signs this meaning.",
        "km": "ស្នាមអត្តសញ្ញាណនៃអត្ថន័យ៖ {}។ អ្នកណាចុះហត្ថលេខា គឺចុះហត្ថលេខាលើអត្ថន័យនេះ។",
    },
    "parts": {"en": "Who must adopt which part", "km": "អ្នកណាត្រូវអនុម័តផ្នែកណា"},
    "part": {"en": "Part", "km": "ផ្នែក"},
    "file": {"en": "File", "km": "ឯកសារ"},
    "authority": {"en": "To be adopted by", "km": "ត្រូវអនុម័តដោយ"},
    "status": {"en": "Status", "km": "ស្ថានភាព"},
    "with protocol": {"en": "whoever adopts the protocol", "km": "អ្នកអនុម័តពិធីការ"},
    "is draft": {"en": "draft, not adopted", "km": "សេចក្តីព្រាង មិនទាន់អនុម័ត"},
    "is adopted": {"en": "adopted by {by} on {on}", "km": "អនុម័តដោយ {by} នៅ{on}"},
    "shared parts": {
        "en": "{}, with all that has no authority of its own",
        "km": "{} និងអ្វីៗដែលគ្មានអាជ្ញាធរផ្ទាល់",
    },
    "contents": {"en": "Contents", "km": "មាតិកា"},
    "reading": {"en": "How to read this", "km": "របៀបអាន"},
    "read articles": {
        "en": "Each step of the work is an article; its paragraphs are numbered. Within this version "
        "numbers never change, so an "
        "order may say “Article 14 (3): reduce to 48 hours”.",
        "km": "ជំហាននីមួយៗជាមាត្រាមួយ; កថាខណ្ឌមានលេខ។ ក្នុងកំណែនេះ លេខមិនផ្លាស់ប្តូរទេ ដូច្នេះបទបញ្ជាអាចសរសេរថា «មាត្រា ១៤ "
        "(៣)៖ បន្ថយមក ៤៨ ម៉ោង»។",
    },
    "read ids": {
        "en": "The small letters under a title are its name in the files, with file and line: there the "
        "text is changed.",
        "km": "អក្សរតូចក្រោមចំណងជើងជាឈ្មោះក្នុងឯកសារ ព្រមទាំងឯកសារ និងបន្ទាត់៖ កែអត្ថបទនៅទីនោះ។",
    },
    "read lanes": {
        "en": "A chapter is a lane. Lanes run side by side: what she refuses in one neither moves nor "
        "closes another, unless an "
        "article says so.",
        "km": "ជំពូកមួយជាផ្នែកមួយ។ ផ្នែកដំណើរការទន្ទឹមគ្នា៖ អ្វីដែលនាងបដិសេធក្នុងផ្នែកមួយ មិនបិទផ្នែកផ្សេងទេ លើកលែងតែមាត្រាចែង។",
    },
    "read figures": {
        "en": "Behind each figure stands its nature and its source; figures within titles are only names. Only "
        "what says “law; adopted by” is law. Whatever is proposed, general knowledge or a legal text not yet "
        "adopted binds nobody.",
        "km": "ក្រោយលេខនីមួយៗមានប្រភេទ និងប្រភព; លេខក្នុងចំណងជើងគ្រាន់តែជាឈ្មោះ។ "
        "មានតែអ្វីដែលសរសេរថា «ច្បាប់ អនុម័តដោយ» ទើបជាច្បាប់។ សំណើ ចំណេះដឹងទូទៅ "
        "ឬអត្ថបទច្បាប់មិនទាន់អនុម័ត មិនចងកាតព្វកិច្ចអ្នកណាឡើយ។",
    },
    "read times": {
        "en": "Hours run at night and on holidays; days and months follow the calendar; working days end "
        "when the office closes. The "
        "times at which people are told are proposed; no source fixes them.",
        "km": "ម៉ោងរាប់ទាំងយប់ និងថ្ងៃឈប់សម្រាក; ថ្ងៃ និងខែរាប់តាមប្រតិទិន; ថ្ងៃធ្វើការចប់នៅពេលការិយាល័យបិទ។ ពេលជូនដំណឹងជាសំណើ គ្មានប្រភពកំណត់។",
    },
    "read owner": {
        "en": "“Whoever records the step” is the one whom the article names under “Who”; she or he is "
        "reminded first.",
        "km": "«អ្នកកត់ត្រាជំហាន» គឺអ្នកដែលមាត្រាបញ្ជាក់ក្រោម «អ្នកណា»; ត្រូវបានរំលឹកមុនគេ។",
    },
    "read unknown": {
        "en": "A condition must be true. As long as an answer is missing, it is not; nobody has to guess.",
        "km": "លក្ខខណ្ឌត្រូវតែពិត។ ដរាបណាចម្លើយមិនទាន់មាន លក្ខខណ្ឌមិនទាន់ពិតទេ; មិនចាំបាច់ស្មានឡើយ។",
    },
    "read asked": {
        "en": "Questions are an offer: nothing is held up by an answer that is not given, unless a "
        "paragraph requires it.",
        "km": "សំណួរជាការផ្តល់ជូន៖ ចម្លើយដែលមិនបានផ្តល់មិនរារាំងអ្វីទេ លើកលែងតែកថាខណ្ឌតម្រូវ។",
    },
    "read review": {
        "en": "",
        "km": "សញ្ញា * មានន័យថា៖ អត្ថបទខ្មែរនេះសម្រាប់ពិនិត្យ។ ប្រយោគដែលកម្មវិធីបង្កើត ក៏សម្រាប់ពិនិត្យដែរ។ "
        "ប្រភពសរសេរជាភាសាអង់គ្លេស ដូចក្នុងឯកសារ។",
    },
    # Chapters and sections
    "chapter": {"en": "Chapter {}", "km": "ជំពូក {}"},
    "annex": {"en": "Annex {}", "km": "ឧបសម្ព័ន្ធ {}"},
    "general": {"en": "For all lanes", "km": "សម្រាប់ផ្នែកទាំងអស់"},
    "never": {"en": "What must never happen", "km": "អ្វីដែលមិនត្រូវកើតឡើងជាដាច់ខាត"},
    "consents": {"en": "Consents", "km": "ការយល់ព្រម"},
    "figures": {"en": "All limits", "km": "ពេលកំណត់ទាំងអស់"},
    "lists": {"en": "Who is told, and when", "km": "អ្នកណាត្រូវបានជូនដំណឹង និងពេលណា"},
    "roles": {"en": "Roles", "km": "តួនាទី"},
    "signing": {"en": "Signatures", "km": "ហត្ថលេខា"},
    "purpose": {"en": "What it is for", "km": "គោលបំណង"},
    "who": {"en": "Who", "km": "អ្នកណា"},
    "asked": {"en": "What is asked", "km": "អ្វីដែលត្រូវសួរ"},
    "work": {"en": "Work to do", "km": "កិច្ចការត្រូវធ្វើ"},
    "next": {"en": "What may happen next", "km": "អ្វីដែលអាចកើតឡើងបន្ទាប់"},
    "limits": {"en": "Time limits", "km": "ពេលកំណត់"},
    "refs": {"en": "rows {}", "km": "ជួរ {}"},
    # The lane
    "opens": {"en": "This lane opens when {}.", "km": "ផ្នែកនេះបើកនៅពេល {}។"},
    "opens main": {"en": "This lane opens with the case.", "km": "ផ្នែកនេះបើកជាមួយសំណុំរឿង។"},
    "again": {"en": "It may open more than once.", "km": "អាចបើកលើសពីម្តង។"},
    "seen": {
        "en": "Only these may know that it exists: {}.",
        "km": "មានតែអ្នកទាំងនេះទេដែលអាចដឹងថាមានផ្នែកនេះ៖ {}។",
    },
    "adopts": {"en": "It must be adopted by: {}. Status: {}.", "km": "ត្រូវអនុម័តដោយ៖ {}។ ស្ថានភាព៖ {}។"},
    # The step
    "serves": {"en": "Here this is to be done or decided: {}.", "km": "នៅទីនេះត្រូវធ្វើ ឬសម្រេច៖ {}។"},
    "begins": {"en": "The lane begins here.", "km": "ផ្នែកចាប់ផ្តើមនៅទីនេះ។"},
    "from": {"en": "A case comes here from {}.", "km": "សំណុំរឿងមកទីនេះពី {}។"},
    "from one": {"en": "{} by {}", "km": "{} តាម {}"},
    "outside": {
        "en": "Mails about it say {} and nothing more.",
        "km": "សារអំពីវាសរសេរតែ {} ហើយមិនប្រាប់អ្វីទៀត។",
    },
    "acts": {"en": "Who acts: {}.", "km": "អ្នកធ្វើ៖ {}។"},
    "acts and records": {
        "en": "Who acts, records and is reminded: {}.",
        "km": "អ្នកធ្វើ កត់ត្រា ហើយត្រូវបានរំលឹក៖ {}។",
    },
    "records": {"en": "Who records, and is reminded: {}.", "km": "អ្នកកត់ត្រា ហើយត្រូវបានរំលឹក៖ {}។"},
    "ends": {"en": "The lane ends here, with the outcome {}.", "km": "ផ្នែកបញ្ចប់ត្រឹមនេះ ដោយលទ្ធផល {}។"},
    "success": {"en": "It counts as a success.", "km": "រាប់ជាជោគជ័យ។"},
    "no success": {"en": "It does not count as a success.", "km": "មិនរាប់ជាជោគជ័យ។"},
    "asked here": {"en": "These questions are asked:", "km": "សំណួរដែលត្រូវសួរ៖"},
    "choice": {"en": "one of {}", "km": "មួយក្នុងចំណោម {}"},
    "choices": {"en": "any of {}", "km": "ណាមួយក្នុងចំណោម {}"},
    "text": {"en": "in words", "km": "ជាពាក្យ"},
    "number": {"en": "a number", "km": "លេខ"},
    "number from": {"en": "a number {}", "km": "លេខ {}"},
    "bounds": {"en": "from {} to {}", "km": "ពី {} ដល់ {}"},
    "bounds low": {"en": "of at least {}", "km": "យ៉ាងតិច {}"},
    "bounds high": {"en": "of at most {}", "km": "យ៉ាងច្រើន {}"},
    "date": {"en": "a date", "km": "កាលបរិច្ឆេទ"},
    "moment": {"en": "a date and time", "km": "កាលបរិច្ឆេទ និងម៉ោង"},
    "yes/no/unknown": {"en": "yes, no or unknown", "km": "បាទ/ចាស ទេ ឬមិនដឹង"},
    "document": {"en": "a document", "km": "ឯកសារ"},
    "person": {"en": "a person", "km": "មនុស្សម្នាក់"},
    "asked seen": {
        "en": "These questions are asked; the answers are seen only by {}:",
        "km": "សំណួរដែលត្រូវសួរ; ចម្លើយមើលឃើញតែ {}៖",
    },
    "written by": {"en": "answered only by {}", "km": "ឆ្លើយតែ {}"},
    "private": {"en": "never leaves the case", "km": "មិនចេញពីសំណុំរឿងឡើយ"},
    "privileged": {"en": "supervisors do not see it", "km": "អ្នកត្រួតពិនិត្យមិនឃើញ"},
    # Tasks
    "task": {"en": "{}, by {}.", "km": "{} ដោយ {}។"},
    "task blocks": {"en": "It must be done before the step is left.", "km": "ត្រូវធ្វើមុនចាកចេញពីជំហាន។"},
    "task optional": {"en": "The step may be left without it.", "km": "អាចចាកចេញពីជំហានដោយមិនបាច់ធ្វើ។"},
    "grid": {"en": "Due {} after the date in {}.", "km": "ដល់ពេល {} ក្រោយកាលបរិច្ឆេទនៃ {}។"},
    "every": {"en": "Due every {}.", "km": "ដល់ពេលរៀងរាល់ {}។"},
    "every until": {"en": "Due every {} until {}.", "km": "ដល់ពេលរៀងរាល់ {} រហូតដល់ {}។"},
    "from last": {
        "en": "The next time counts from the last time it was done.",
        "km": "លើកបន្ទាប់រាប់ពីលើកចុងក្រោយដែលបានធ្វើ។",
    },
    "task asks": {"en": "When it is done, this is asked: {}.", "km": "ពេលធ្វើរួច សួរ៖ {}។"},
    "rhythm nature": {
        "en": "These times are proposed; no source is named for them.",
        "km": "ពេលទាំងនេះជាសំណើ មិនមានប្រភពបញ្ជាក់។",
    },
    "time nature": {
        "en": "This time is proposed; no source is named for it.",
        "km": "ពេលនេះជាសំណើ មិនមានប្រភពបញ្ជាក់។",
    },
    # Actions
    "leads": {"en": "{}: leads to {}.", "km": "{}៖ នាំទៅ {}។"},
    "leads lane": {"en": "{}: leads to {} in the lane {}.", "km": "{}៖ នាំទៅ {} ក្នុងផ្នែក {}។"},
    "leads again": {
        "en": "{}: the step begins anew, with new time limits.",
        "km": "{}៖ ជំហានចាប់ផ្តើមសាជាថ្មី ដោយមានពេលកំណត់ថ្មី។",
    },
    "leads back": {"en": "{}: leads back to the step before.", "km": "{}៖ ត្រឡប់ទៅជំហានមុន។"},
    "stays": {"en": "{}: the case stays at this step.", "km": "{}៖ សំណុំរឿងនៅដដែលក្នុងជំហាននេះ។"},
    "stays any": {"en": "{}: the case stays where it is.", "km": "{}៖ សំណុំរឿងនៅដដែល។"},
    "may": {"en": "It may be taken by {}.", "km": "អាចធ្វើដោយ {}។"},
    "itself": {"en": "It happens by itself as soon as {}.", "km": "កើតឡើងដោយស្វ័យប្រវត្តិភ្លាមៗ ពេល {}។"},
    "needs answer": {"en": "the answer to {}", "km": "ចម្លើយចំពោះ {}"},
    "needs answers": {"en": "answers to {}", "km": "ចម្លើយចំពោះ {}"},
    "needs consent": {"en": "the consent {}", "km": "ការយល់ព្រម {}"},
    "needs consents": {"en": "the consents {}", "km": "ការយល់ព្រម {}"},
    "needs task": {"en": "the work {}, done", "km": "កិច្ចការ {} បានធ្វើរួច"},
    "needs tasks": {"en": "the work {}, all done", "km": "កិច្ចការ {} បានធ្វើរួចទាំងអស់"},
    "required": {"en": "Required: {}.", "km": "តម្រូវឱ្យមាន៖ {}។"},
    "only if": {"en": "Only if {}.", "km": "លុះត្រាតែ {}។"},
    "approval": {"en": "{}, another person, must approve.", "km": "{} ដែលជាមនុស្សផ្សេង ត្រូវយល់ព្រម។"},
    "exception": {
        "en": "Lawful exception, {}: it may be taken without these conditions, with a reason; a second "
        "person reviews it ({}).",
        "km": "ករណីលើកលែងស្របច្បាប់ {}៖ អាចធ្វើដោយគ្មានលក្ខខណ្ឌទាំងនេះ ដោយមានមូលហេតុ; មនុស្សទីពីរពិនិត្យឡើងវិញ ({})។",
    },
    "sets": {"en": "It records that {}.", "km": "វាកត់ត្រាថា {}។"},
    "fact": {"en": "{} is {}", "km": "{} គឺ {}"},
    "closes": {"en": "It closes the lane {}.", "km": "វាបិទផ្នែក {}។"},
    "closes all": {"en": "It closes every other lane.", "km": "វាបិទផ្នែកផ្សេងទៀតទាំងអស់។"},
    "starts": {
        "en": "It asks that the protocol {} be started; somebody decides on that.",
        "km": "វាស្នើឱ្យចាប់ផ្តើមពិធីការ {}; មានអ្នកសម្រេច។",
    },
    "one per": {"en": "One case for each in {}.", "km": "សំណុំរឿងមួយសម្រាប់ម្នាក់ៗក្នុង {}។"},
    "carry": {"en": "These answers go along: {}.", "km": "ចម្លើយទាំងនេះទៅជាមួយ៖ {}។"},
    "any besides": {
        "en": "Besides, what {} allows at any step.",
        "km": "លើសពីនេះ អ្វីដែល {} អនុញ្ញាតនៅជំហានណាក៏បាន។",
    },
    "any title": {
        "en": "What may happen at any step of this lane",
        "km": "អ្វីដែលអាចកើតឡើងនៅជំហានណាក៏បានក្នុងផ្នែកនេះ",
    },
    # Limits
    "limit": {"en": "{}: {}.", "km": "{}៖ {}។"},
    "limit task": {"en": "{}, for the work {}: {}.", "km": "{} សម្រាប់កិច្ចការ {}៖ {}។"},
    "entering": {
        "en": "It counts from the moment the case comes to this step.",
        "km": "រាប់ពីពេលសំណុំរឿងមកដល់ជំហាននេះ។",
    },
    "task due": {"en": "It counts from the day the work is due.", "km": "រាប់ពីថ្ងៃដែលកិច្ចការដល់ពេល។"},
    "task open": {"en": "It counts from the moment the work is opened.", "km": "រាប់ពីពេលកិច្ចការបើក។"},
    "from field": {"en": "It counts from {}.", "km": "រាប់ពី {}។"},
    "from met": {
        "en": "It counts from the moment the limit {} is met.",
        "km": "រាប់ពីពេលដែលពេលកំណត់ {} ត្រូវបានបំពេញ។",
    },
    "from limit": {"en": "It counts from the end of the limit {}.", "km": "រាប់ពីចុងពេលកំណត់ {}។"},
    "until left": {"en": "It is met when the step is left.", "km": "បំពេញនៅពេលចាកចេញពីជំហាន។"},
    "until done": {"en": "It is met when the work is done.", "km": "បំពេញនៅពេលកិច្ចការធ្វើរួច។"},
    "until": {"en": "It is met when {}.", "km": "បំពេញនៅពេល {}។"},
    "applies": {"en": "It applies only if {}.", "km": "អនុវត្តលុះត្រាតែ {}។"},
    "applies armed": {
        "en": "It applies if {}, and also as long as that is not known.",
        "km": "អនុវត្តប្រសិនបើ {} ហើយក៏អនុវត្តដែរ ដរាបណាមិនទាន់ដឹង។",
    },
    "date unknown": {
        "en": "As long as that date is not known, everybody on the list is told at once.",
        "km": "ដរាបណាមិនទាន់ដឹងកាលបរិច្ឆេទនោះ អ្នកគ្រប់រូបក្នុងបញ្ជីត្រូវបានជូនដំណឹងភ្លាម។",
    },
    "lasts step": {"en": "It falls away when the step is left.", "km": "លែងមានពេលចាកចេញពីជំហាន។"},
    "lasts track": {
        "en": "It goes on when the step is left, as long as the lane is open.",
        "km": "បន្តទៀតពេលចាកចេញពីជំហាន ដរាបណាផ្នែកនៅបើក។",
    },
    "lasts case": {
        "en": "It goes on when the step is left, as long as the case is open.",
        "km": "បន្តទៀតពេលចាកចេញពីជំហាន ដរាបណាសំណុំរឿងនៅបើក។",
    },
    "aim": {"en": "Aim for {}.", "km": "គោលដៅ៖ {}។"},
    "hold stops": {"en": "A hold stops it.", "km": "ការផ្អាកបញ្ឈប់វា។"},
    "hold runs": {"en": "A hold does not stop it.", "km": "ការផ្អាកមិនបញ្ឈប់វាទេ។"},
    "missed sets": {"en": "If it is missed, it is recorded that {} is {}.", "km": "បើហួស កត់ត្រាថា {} គឺ {}។"},
    "missed task": {"en": "If it is missed, this work is opened: {}.", "km": "បើហួស បើកកិច្ចការ៖ {}។"},
    "missed tell": {"en": "If it is missed, {} is told, too.", "km": "បើហួស ជូនដំណឹងដល់ {} ផងដែរ។"},
    "then": {"en": "At its end {} is done by itself.", "km": "ពេលដល់កំណត់ {} ធ្វើដោយស្វ័យប្រវត្តិ។"},
    "extend": {
        "en": "{who} may add {by}, {times}, giving: {required}. (This figure is proposed; no source is "
        "named for it.)",
        "km": "{who} អាចបន្ថែម {by} {times} ដោយផ្តល់៖ {required}។ (លេខនេះជាសំណើ មិនមានប្រភពបញ្ជាក់។)",
    },
    "reason": {"en": "a reason", "km": "មូលហេតុ"},
    "once": {"en": "once", "km": "ម្តង"},
    "times": {"en": "{} times", "km": "{} ដង"},
    "closed stay": {"en": "", "km": ""},
    "closed next": {
        "en": "If its last day is no working day, it ends on the next one.",
        "km": "បើថ្ងៃចុងក្រោយមិនមែនថ្ងៃធ្វើការ បញ្ចប់នៅថ្ងៃធ្វើការបន្ទាប់។",
    },
    "closed previous": {
        "en": "If its last day is no working day, it ends on the one before.",
        "km": "បើថ្ងៃចុងក្រោយមិនមែនថ្ងៃធ្វើការ បញ្ចប់នៅថ្ងៃធ្វើការមុន។",
    },
    "told by": {"en": "Told by the list {}.", "km": "ជូនដំណឹងតាមបញ្ជី {}។"},
    "told own": {"en": "Told: {}.", "km": "ជូនដំណឹង៖ {}។"},
    "told nobody": {"en": "Nobody is told.", "km": "មិនជូនដំណឹងអ្នកណាទេ។"},
    "nature": {"en": "Nature and source: ", "km": "ប្រភេទ និងប្រភព៖ "},
    "list": {"en": "The list {} tells: {}.", "km": "បញ្ជី {} ជូនដំណឹង៖ {}។"},
    "no limit": {"en": "This step has no time limit: ", "km": "ជំហាននេះគ្មានពេលកំណត់៖ "},
    # For all lanes
    "no news title": {"en": "When nothing is heard", "km": "ពេលគ្មានដំណឹង"},
    "no news": {
        "en": "Every open case of which nothing is heard and for which nothing is done raises an alarm "
        "after: {}. Nothing stops this.",
        "km": "សំណុំរឿងបើកណាដែលគ្មានដំណឹង និងគ្មានការធ្វើអ្វី ត្រូវរោទ៍ក្រោយ៖ {}។ គ្មានអ្វីបញ្ឈប់វាបានទេ។",
    },
    "unsourced": {
        "en": "Proposed; no source is named for these figures; not adopted, not law.",
        "km": "សំណើ មិនមានប្រភពបញ្ជាក់សម្រាប់លេខទាំងនេះ មិនទាន់អនុម័ត មិនមែនជាច្បាប់។",
    },
    "waits title": {"en": "How long those who are asked may take", "km": "រយៈពេលដែលអ្នកត្រូវបានសួរអាចយក"},
    "wait approval": {"en": "To approve an action, or refuse: {}.", "km": "យល់ព្រម ឬបដិសេធសកម្មភាព៖ {}។"},
    "wait review": {
        "en": "To review a lawful exception: {}; a hold does not stop this.",
        "km": "ពិនិត្យករណីលើកលែងឡើងវិញ៖ {}; ការផ្អាកមិនបញ្ឈប់ទេ។",
    },
    "wait request": {
        "en": "To start a protocol that was asked for, or refuse: {}.",
        "km": "ចាប់ផ្តើមពិធីការដែលបានស្នើ ឬបដិសេធ៖ {}។",
    },
    "wait transfer": {
        "en": "To take over a role in a case, or decline: {}.",
        "km": "ទទួលតួនាទីក្នុងសំណុំរឿង ឬបដិសេធ៖ {}។",
    },
    "waits told": {
        "en": "Whoever is asked is reminded at half of the time, for a review at once; then the list of {} follows.",
        "km": "អ្នកដែលត្រូវបានសួរ ត្រូវបានរំលឹកនៅពាក់កណ្តាលពេល សម្រាប់ការពិនិត្យឡើងវិញគឺភ្លាមៗ; បន្ទាប់មកតាមបញ្ជីនៃ {}។",
    },
    # Rules
    "never intro": {
        "en": "No step may be taken that makes one of these true. Where one has become true all the "
        "same, those named are told at once.",
        "km": "មិនត្រូវធ្វើជំហានណាដែលនាំឱ្យករណីណាមួយខាងក្រោមពិតឡើយ។ បើវាកើតឡើងយ៉ាងណាក៏ដោយ អ្នកដែលមានឈ្មោះត្រូវបានជូនដំណឹងភ្លាម។",
    },
    "never one": {"en": "It must never be that {}.", "km": "មិនត្រូវឱ្យ {} ជាដាច់ខាត។"},
    "never all": {
        "en": "All of this must never be so at the same time:",
        "km": "ទាំងអស់នេះមិនត្រូវកើតមានព្រមគ្នាជាដាច់ខាត៖",
    },
    "blocks": {
        "en": "While it is so, or not known not to be, this is blocked: {}.",
        "km": "ដរាបណាវាពិត ឬមិនទាន់ដឹងថាមិនពិត ត្រូវរារាំង៖ {}។",
    },
    "blocks erasing": {"en": "the erasing of the file", "km": "ការលុបសំណុំរឿង"},
    "alarm": {"en": "Told when it has happened: {}.", "km": "ជូនដំណឹងពេលវាកើតឡើង៖ {}។"},
    # Annexes
    "consent": {"en": "What she is asked to agree to", "km": "អ្វីដែលសុំនាងយល់ព្រម"},
    "recipient": {"en": "Who is told or acts", "km": "អ្នកទទួល"},
    "aim of": {"en": "What for", "km": "គោលបំណង"},
    "holds": {"en": "How long it holds", "km": "សុពលភាព"},
    "until revoked": {"en": "until she takes it back", "km": "រហូតដល់នាងដកវិញ"},
    "consent opens": {"en": "lets in {}", "km": "អនុញ្ញាតឱ្យចូល {}"},
    "consent seen": {"en": "known only to {}", "km": "ដឹងតែ {}"},
    "holds for": {"en": "{}, or until she takes it back", "km": "{} ឬរហូតដល់នាងដកវិញ"},
    "consents intro": {
        "en": "Each is asked for by itself, for one recipient and one purpose. Each can be taken back at "
        "any time, in one action, "
        "and none is a condition of help. How long they hold is proposed; no source is named for it.",
        "km": "ការយល់ព្រមនីមួយៗសួរដោយឡែក សម្រាប់អ្នកទទួលមួយ និងគោលបំណងមួយ។ អាចដកវិញបានគ្រប់ពេល ហើយមិនមែនជាលក្ខខណ្ឌនៃជំនួយទេ។ "
        "រយៈពេលសុពលភាពជាសំណើ មិនមានប្រភពបញ្ជាក់។",
    },
    "id": {"en": "Name in the files", "km": "ឈ្មោះក្នុងឯកសារ"},
    "figure": {"en": "Limit", "km": "ពេលកំណត់"},
    "nature head": {"en": "Nature and source", "km": "ប្រភេទ និងប្រភព"},
    "used": {"en": "Articles", "km": "មាត្រា"},
    "list head": {"en": "List", "km": "បញ្ជី"},
    "tells": {"en": "Tells", "km": "ជូនដំណឹង"},
    "role": {"en": "Role", "km": "តួនាទី"},
    "chain": {"en": "Chain", "km": "ខ្សែបណ្តោយ"},
    "outside state": {"en": "not part of the State", "km": "ក្រៅរដ្ឋ"},
    "no account": {"en": "no account: gets letters", "km": "គ្មានគណនី៖ ទទួលលិខិត"},
    "always": {"en": "somebody always answers", "km": "តែងមានអ្នកឆ្លើយ"},
    "lists intro": {
        "en": "The times in these lists are proposed; no source is named for them.",
        "km": "ពេលក្នុងបញ្ជីទាំងនេះជាសំណើ មិនមានប្រភពបញ្ជាក់។",
    },
    "signing intro": {
        "en": "By signing, an authority adopts the parts named beside it, in the version and with the "
        "fingerprint on the first page. Who "
        "signs enters it in the file: status, adopted_by and adopted_on.",
        "km": "ដោយចុះហត្ថលេខា អាជ្ញាធរអនុម័តផ្នែកដែលមានឈ្មោះនៅក្បែរ តាមកំណែ និងស្នាមអត្តសញ្ញាណនៅទំព័រដំបូង។ "
        "បន្ទាប់មកបញ្ចូលក្នុងឯកសារ៖ status, adopted_by និង adopted_on។",
    },
    "name": {"en": "Name and function", "km": "ឈ្មោះ និងមុខងារ"},
    "day": {"en": "Date", "km": "កាលបរិច្ឆេទ"},
    "signature": {"en": "Signature, seal", "km": "ហត្ថលេខា ត្រា"},
    "law draft": {
        "en": "Legal text as read in: {}. Not yet adopted: do not treat it as law.",
        "km": "អត្ថបទច្បាប់ តាមដែលបានអានក្នុង៖ {}។ មិនទាន់អនុម័ត៖ មិនត្រូវចាត់ទុកជាច្បាប់ឡើយ។",
    },
}  # km: for review


def word(name: str, names: Names) -> str:
    """Return one of the handbook's own sentences in the language."""
    return _WORDS[name][names.language]
