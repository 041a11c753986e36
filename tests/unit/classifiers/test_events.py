"""What happened, in twelve languages and in other words than the packs' authors would choose first."""

# ruff: noqa: E501  (samples stand in one line as mails have them)

from __future__ import annotations

import pytest

from classifiers.events import read_event
from classifiers.wording import read_wording
from config.vocabulary import Event, Kind

A = Kind.ATOZ_CLAIM
CS = Kind.CS_REQUEST
CB = Kind.CHARGEBACK
ST = Kind.SAFE_T

CLAIMS = [
    # language, event, subject, text
    ("en", "opened", "Order 111-2233445-6677889", "A buyer has opened an A-to-z claim on this order. You do not have to do anything yet. If we decide to ask you for details, you will have three days."),
    ("en", "opened", "A-to-z claim: please respond", "We received a new A-to-z Guarantee claim for your order. Please tell us your side by Friday. If the claim is granted, your account may be debited and you can appeal."),
    ("en", "info_requested", "Question about an A-to-z claim", "While reviewing the claim on this order we came across a gap in the tracking. Please provide the proof of delivery. We will decide once we have it."),
    ("en", "reminder", "We still need your answer", "On Monday we asked about the A-to-z claim for this order. So far we have not received your reply. Please answer today."),
    ("en", "granted", "Outcome of the A-to-z claim", "Having looked at both sides we decided in favour of the buyer. The sum was deducted from your account. You may appeal within 30 days."),
    ("en", "granted", "A-to-z claim closed", "We granted the claim, but you are not held responsible: Amazon covered the cost. Nothing will be deducted from your balance."),
    ("en", "denied", "Your A-to-z claim decision", "Good news: we have denied the claim and no money will be taken from your account. The buyer can appeal."),
    ("en", "withdrawn", "A-to-z claim update", "The customer withdrew the claim. No further steps are needed."),
    ("en", "withdrawn", "A-to-z claim closed", "Since you refunded the buyer on Tuesday, we closed the claim. No decision was necessary."),
    ("en", "appeal_granted", "Your appeal", "We looked at the claim again and reversed our decision. The amount will be credited to your account."),
    ("en", "appeal_denied", "Result of your appeal", "We reviewed your appeal together with the new photos. Our original decision stands and no further appeal is possible."),
    ("de", "opened", "Neuer Antrag zur Bestellung", "Ein Kunde hat einen A-bis-z-Garantieantrag gestellt. Zurzeit müssen Sie nichts unternehmen. Falls wir Fragen haben, melden wir uns."),
    ("de", "info_requested", "Nachfrage zum A-bis-z-Antrag", "Zur Prüfung des Antrags fehlt uns noch ein Nachweis. Bitte senden Sie uns den Zustellbeleg innerhalb von 48 Stunden."),
    ("de", "reminder", "Erinnerung: Antrag offen", "Auf unsere Anfrage zum A-bis-z-Antrag haben wir bisher keine Antwort erhalten. Bitte antworten Sie umgehend."),
    ("de", "granted", "Entscheidung zum Antrag", "Dem A-bis-z-Antrag wurde stattgegeben. Der Betrag wurde Ihrem Konto belastet. Gegen die Entscheidung können Sie Einspruch einlegen."),
    ("de", "denied", "Entscheidung zum Antrag", "Wir haben den Antrag des Käufers abgelehnt. Ihr Konto wird nicht belastet."),
    ("de", "withdrawn", "Antrag erledigt", "Der Käufer hat seinen A-bis-z-Antrag zurückgenommen. Der Fall ist geschlossen."),
    ("de", "appeal_granted", "Ihr Einspruch", "Nach Prüfung Ihres Einspruchs haben wir die Entscheidung zu Ihren Gunsten geändert. Der Betrag wird Ihnen gutgeschrieben."),
    ("de", "appeal_denied", "Ihr Einspruch", "Wir haben Ihren Einspruch geprüft und bleiben bei unserer Entscheidung. Ein weiterer Einspruch ist nicht möglich."),
    ("fr", "opened", "Réclamation sur votre commande", "Un acheteur a déposé une réclamation au titre de la Garantie A à Z. Aucune action n'est requise pour le moment."),
    ("fr", "info_requested", "Informations demandées", "Nous examinons une réclamation Garantie A à Z. Merci de nous transmettre le justificatif de livraison sous 48 heures."),
    ("fr", "reminder", "Relance", "Nous n'avons toujours pas reçu votre réponse concernant la réclamation Garantie A à Z. Veuillez répondre aujourd'hui."),
    ("fr", "granted", "Décision", "Nous avons accordé la réclamation au client et débité votre compte de 40 €. Vous pouvez faire appel sous 30 jours."),
    ("fr", "denied", "Décision sur la réclamation", "La réclamation a été rejetée en votre faveur. Votre compte ne sera pas débité."),
    ("fr", "withdrawn", "Réclamation retirée", "L'acheteur a retiré sa réclamation. Le dossier est clos."),
    ("fr", "appeal_granted", "Suite à votre appel", "Après un nouvel examen, nous avons annulé notre décision. Le montant sera recrédité sur votre compte."),
    ("fr", "appeal_denied", "Votre appel", "Votre appel a été rejeté : notre décision est maintenue et elle est définitive."),
    ("it", "opened", "Reclamo ricevuto", "Un cliente ha presentato un reclamo con la Garanzia dalla A alla Z. Al momento non deve fare nulla."),
    ("it", "info_requested", "Richiesta di informazioni", "Stiamo esaminando un reclamo dalla A alla Z. La preghiamo di inviarci la prova di consegna entro 3 giorni."),
    ("it", "reminder", "Sollecito", "Non abbiamo ancora ricevuto la sua risposta al reclamo dalla A alla Z. Risponda entro domani."),
    ("it", "granted", "Decisione sul reclamo", "Abbiamo accolto il reclamo dalla A alla Z. L'importo è stato addebitato sul suo conto. Può presentare ricorso entro 30 giorni."),
    ("it", "denied", "Decisione sul reclamo", "Il reclamo è stato respinto. Nessun importo le verrà addebitato."),
    ("it", "withdrawn", "Reclamo chiuso", "Il cliente ha ritirato il reclamo. Non occorrono altre azioni."),
    ("it", "appeal_granted", "Il suo ricorso", "Abbiamo esaminato il suo ricorso e annullato la decisione. La somma sarà riaccreditata sul suo conto."),
    ("it", "appeal_denied", "Esito del ricorso", "Il suo ricorso è stato respinto. La decisione è definitiva."),
    ("es", "opened", "Nueva reclamación", "Un cliente ha presentado una reclamación de la Garantía de la A a la Z. No tiene que hacer nada por ahora."),
    ("es", "info_requested", "Necesitamos más información", "Estamos revisando una reclamación de la Garantía de la A a la Z. Envíenos el comprobante de entrega en 72 horas."),
    ("es", "reminder", "Recordatorio", "Todavía no hemos recibido su respuesta sobre la reclamación. Responda antes de mañana, por favor."),
    ("es", "granted", "Decisión de la reclamación", "Hemos aceptado la reclamación del cliente y se ha cargado el importe en su cuenta. Puede apelar en 30 días."),
    ("es", "denied", "Decisión de la reclamación", "Hemos denegado la reclamación. No se le cobrará nada."),
    ("es", "withdrawn", "Reclamación retirada", "El comprador ha retirado la reclamación y el caso queda cerrado."),
    ("es", "appeal_granted", "Su apelación", "Hemos revisado su apelación y revocado la decisión. Le devolveremos el importe a su cuenta."),
    ("es", "appeal_denied", "Resultado de su apelación", "Su apelación ha sido rechazada. Mantenemos la decisión, que es definitiva."),
    ("pt", "opened", "Nova reivindicação", "Um cliente abriu uma reivindicação da Garantia de A a Z. Você não precisa fazer nada por enquanto."),
    ("pt", "info_requested", "Precisamos de informações", "Estamos analisando uma reivindicação da Garantia de A a Z. Envie o comprovante de entrega em até 3 dias."),
    ("pt", "reminder", "Lembrete", "Ainda não recebemos sua resposta sobre a reivindicação. Responda até amanhã."),
    ("pt", "granted", "Decisão", "Aprovamos a reivindicação do comprador. O valor foi debitado da sua conta. Você pode recorrer em 30 dias."),
    ("pt", "denied", "Decisão", "A reivindicação foi negada. Nada será cobrado de você."),
    ("pt", "withdrawn", "Reivindicação encerrada", "O comprador desistiu da reivindicação."),
    ("pt", "appeal_denied", "Seu recurso", "Analisamos seu recurso e mantivemos a decisão. Ela é definitiva."),
    ("pt", "appeal_granted", "Seu recurso", "Após a reanálise, revertemos a decisão. O valor será creditado na sua conta."),
    ("nl", "opened", "Nieuwe claim", "Een klant heeft een A-tot-Z-claim ingediend. Je hoeft nu niets te doen."),
    ("nl", "info_requested", "Meer informatie nodig", "We beoordelen een A-tot-Z-claim. Stuur ons binnen 48 uur het bezorgbewijs."),
    ("nl", "reminder", "Herinnering", "We hebben nog geen reactie ontvangen op onze vraag over de A-tot-Z-claim. Reageer vandaag nog."),
    ("nl", "granted", "Besluit over de claim", "We hebben de claim toegewezen. Het bedrag is van je account afgeschreven. Je kunt binnen 30 dagen bezwaar maken."),
    ("nl", "denied", "Besluit over de claim", "De claim is afgewezen. Er wordt niets van je account afgeschreven."),
    ("nl", "withdrawn", "Claim ingetrokken", "De koper heeft de claim ingetrokken."),
    ("nl", "appeal_denied", "Je bezwaar", "We hebben je bezwaar beoordeeld en afgewezen. Deze beslissing is definitief."),
    ("nl", "appeal_granted", "Je bezwaar", "Na herbeoordeling hebben we het besluit teruggedraaid. Het bedrag wordt teruggestort op je account."),
    ("sv", "opened", "Nytt anspråk", "En kund har lämnat in ett anspråk enligt A-till-Z-garantin. Du behöver inte göra något just nu."),
    ("sv", "info_requested", "Mer information behövs", "Vi granskar ett anspråk enligt A-till-Z-garantin. Skicka in leveransbevis inom 48 timmar."),
    ("sv", "reminder", "Påminnelse", "Vi har ännu inte fått något svar om anspråket. Svara senast i morgon."),
    ("sv", "granted", "Beslut om anspråket", "Vi har beviljat kundens anspråk. Beloppet har dragits från ditt konto. Du kan överklaga inom 30 dagar."),
    ("sv", "denied", "Beslut om anspråket", "Anspråket har avslagits. Ditt konto debiteras inte."),
    ("sv", "withdrawn", "Anspråket återkallat", "Köparen har dragit tillbaka anspråket."),
    ("sv", "appeal_denied", "Din överklagan", "Vi har prövat din överklagan och vårt beslut står fast. Det är slutgiltigt."),
    ("sv", "appeal_granted", "Din överklagan", "Din överklagan har bifallits. Beloppet återförs till ditt konto."),
    ("pl", "opened", "Nowe roszczenie", "Klient złożył roszczenie z gwarancji od A do Z. Na razie nie musisz nic robić."),
    ("pl", "info_requested", "Potrzebujemy więcej informacji", "Rozpatrujemy roszczenie z gwarancji od A do Z. Prosimy przesłać potwierdzenie doręczenia w ciągu 48 godzin."),
    ("pl", "reminder", "Przypomnienie", "Nadal nie otrzymaliśmy odpowiedzi w sprawie roszczenia. Prosimy odpowiedzieć do jutra."),
    ("pl", "granted", "Decyzja w sprawie roszczenia", "Uznaliśmy roszczenie klienta. Kwota została pobrana z Państwa konta. Odwołanie jest możliwe w ciągu 30 dni."),
    ("pl", "denied", "Decyzja w sprawie roszczenia", "Roszczenie zostało odrzucone. Konto nie zostanie obciążone."),
    ("pl", "withdrawn", "Roszczenie wycofane", "Kupujący wycofał roszczenie."),
    ("pl", "appeal_denied", "Państwa odwołanie", "Rozpatrzyliśmy odwołanie i podtrzymujemy decyzję. Jest ona ostateczna."),
    ("pl", "appeal_granted", "Państwa odwołanie", "Uwzględniliśmy odwołanie i zmieniliśmy decyzję. Kwota wróci na Państwa konto."),
    ("tr", "opened", "Yeni talep", "Bir müşteri A'dan Z'ye Garanti kapsamında talepte bulundu. Şu anda bir işlem yapmanız gerekmiyor."),
    ("tr", "info_requested", "Ek bilgi gerekiyor", "A'dan Z'ye Garanti talebini inceliyoruz. Lütfen teslimat belgesini 48 saat içinde gönderin."),
    ("tr", "reminder", "Hatırlatma", "Talep hakkında sizden henüz yanıt alamadık. Lütfen yarına kadar yanıtlayın."),
    ("tr", "granted", "Talep kararı", "Müşterinin talebi onaylandı. Tutar hesabınızdan tahsil edildi. 30 gün içinde itiraz edebilirsiniz."),
    ("tr", "denied", "Talep kararı", "Talep reddedildi. Hesabınızdan kesinti yapılmayacaktır."),
    ("tr", "withdrawn", "Talep geri çekildi", "Alıcı talebini geri çekti."),
    ("tr", "appeal_denied", "İtirazınız", "İtirazınızı inceledik ve reddettik. Karar kesindir."),
    ("tr", "appeal_granted", "İtirazınız", "İtirazınız kabul edildi. Tutar hesabınıza iade edilecektir."),
    ("ja", "opened", "保証申請のお知らせ", "購入者様からAmazonマーケットプレイス保証の申請がありました。現時点で対応は不要です。"),
    ("ja", "info_requested", "追加情報のお願い", "Amazonマーケットプレイス保証の申請を審査しております。48時間以内に配送の証明書をご提出ください。"),
    ("ja", "reminder", "【再送】ご回答のお願い", "保証申請の件で、まだご回答をいただいておりません。明日までにご返信ください。"),
    ("ja", "granted", "申請の決定について", "保証申請は承認されました。金額は貴店のアカウントから差し引かれました。30日以内に異議を申し立てることができます。"),
    ("ja", "denied", "申請の決定について", "本申請は却下されました。貴店への請求はございません。"),
    ("ja", "withdrawn", "申請取り下げのお知らせ", "購入者様が保証申請を取り下げられました。"),
    ("ja", "appeal_denied", "異議申し立ての結果", "再審査の結果、当初の決定を維持いたします。本決定は最終的なものです。"),
    ("ja", "appeal_granted", "異議申し立ての結果", "異議申し立てが認められ、決定を取り消しました。金額は貴店のアカウントに返金されます。"),
    ("zh", "opened", "订单收到索赔", "买家对该订单提交了商城交易保障索赔。您目前无需采取任何措施。"),
    ("zh", "info_requested", "请提供补充资料", "我们正在审核一笔商城交易保障索赔,请在48小时内提供妥投证明。"),
    ("zh", "reminder", "再次提醒", "关于该索赔,我们仍未收到您的回复。请尽快回复。"),
    ("zh", "granted", "索赔决定", "我们已批准买家的索赔,款项已从您的账户中扣除。您可以在30天内申诉。"),
    ("zh", "granted", "索赔结果", "索赔已获批准,费用由亚马逊承担,不会从您的账户扣款。"),
    ("zh", "denied", "索赔决定", "我们已驳回买家的索赔,不会向您扣款。"),
    ("zh", "withdrawn", "索赔已撤回", "买家已撤回索赔,案件关闭。"),
    ("zh", "appeal_denied", "申诉结果", "我们审核了您的申诉,维持原决定。该决定为最终决定。"),
    ("zh", "appeal_granted", "申诉结果", "您的申诉已获批准,我们撤销了扣款,金额将退回您的账户。"),
    ("zh", "denied", "索賠決定", "我們已駁回買家的索賠,不會向您扣款。"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "event", "subject", "text"), CLAIMS)
def test_a_claim_mail_tells_its_event_in_its_own_words(language: str, event: str, subject: str, text: str) -> None:
    reading = read_event(A, read_wording(subject, text, language))
    assert reading.event == Event(event), reading


OTHERS = [
    (CS, "en", "opened", "Customer enquiry", "A customer contacted us about this order. The lamp arrived broken. Please refund or replace it within 24 hours."),
    (CS, "en", "reminder", "Second request: customer enquiry", "We asked you on Tuesday to help the customer and have not heard from you. Please reply."),
    (CS, "en", "closed", "Customer enquiry resolved", "The customer received the parcel and is happy. No further action is needed from you."),
    (CS, "de", "opened", "Kundenanfrage", "Ein Kunde hat sich an uns gewandt. Die Lampe kam zerbrochen an. Bitte erstatten Sie innerhalb von 24 Stunden."),
    (CS, "de", "reminder", "Zweite Anfrage", "Leider haben Sie dem Kunden noch nicht geantwortet. Wir bitten erneut um Ihre Rückmeldung."),
    (CS, "de", "closed", "Anfrage erledigt", "Der Kunde hat das Paket inzwischen erhalten. Sie müssen nichts weiter tun."),
    (CS, "fr", "reminder", "Relance client", "Nous vous avons écrit lundi et le client attend toujours votre réponse. Merci de le contacter."),
    (CS, "fr", "closed", "Demande résolue", "Le client a reçu son colis et remercie. Aucune autre action n'est nécessaire."),
    (CS, "it", "closed", "Caso risolto", "Il cliente ha ricevuto il pacco ed è soddisfatto. Non serve altro."),
    (CS, "es", "closed", "Consulta resuelta", "El cliente ya ha recibido el paquete y está satisfecho. No es necesario hacer nada más."),
    (CS, "ja", "closed", "解決のご連絡", "購入者様より商品が届いたとのご連絡をいただきました。ご対応は不要です。"),
    (CS, "zh", "closed", "咨询已解决", "买家已收到商品,问题已解决,您无需再采取任何操作。"),
    (CB, "en", "opened", "Chargeback on an order", "The buyer's bank has disputed the charge of $40.00. Please send the delivery records within 7 days."),
    (CB, "en", "won", "Chargeback decision", "The bank decided in your favor and the chargeback was reversed. No amount will be debited."),
    (CB, "en", "lost", "Chargeback decision", "The bank has decided in favor of the cardholder. The amount was debited from your account."),
    (CB, "de", "lost", "Entscheidung zur Rückbuchung", "Die Bank hat zugunsten des Karteninhabers entschieden. Der Betrag wurde Ihrem Konto belastet."),
    (CB, "fr", "won", "Décision de la contestation", "La banque a tranché en votre faveur. Votre compte ne sera pas débité."),
    (CB, "es", "opened", "Contracargo", "El banco del titular ha abierto una disputa. Envíe la documentación en 7 días."),
    (CB, "zh", "lost", "拒付决定", "银行支持持卡人,款项已从您的账户中扣除。"),
    (CB, "ja", "won", "チャージバックの結果", "カード会社は貴店の主張を認め、チャージバックは取り消されました。"),
    (ST, "en", "granted", "SAFE-T claim decision", "We approved your SAFE-T claim and credited $12.00 to your account."),
    (ST, "en", "denied", "SAFE-T claim decision", "Your SAFE-T claim has been denied. You may appeal within 7 days."),
    (ST, "en", "opened", "SAFE-T claim received", "We received your SAFE-T claim and will look into it. You do not need to do anything."),
    (ST, "de", "info_requested", "Ihr SAFE-T-Antrag", "Zu Ihrem SAFE-T-Antrag benötigen wir weitere Nachweise. Bitte senden Sie Fotos der Rücksendung."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "language", "event", "subject", "text"), OTHERS)
def test_requests_chargebacks_and_safe_t_tell_their_event(
    kind: Kind, language: str, event: str, subject: str, text: str
) -> None:
    reading = read_event(kind, read_wording(subject, text, language))
    assert reading.event == Event(event), reading


def test_a_filing_mail_that_only_explains_decisions_is_no_decision() -> None:
    text = (
        "A customer filed an A-to-z claim. Most claims are decided without asking you. Once a claim is granted, "
        "sellers may appeal. If it is denied, you keep the money."
    )
    assert read_event(A, read_wording("Claim received", text, "en")).event is Event.OPENED


def test_kinds_without_events_have_none() -> None:
    assert read_event(Kind.NOTICE, read_wording("Claim decision", "We have granted it.", "en")).event is None
