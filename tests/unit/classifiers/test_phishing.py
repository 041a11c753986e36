"""Demands for secrets and odd payments in twelve languages, and the warnings and ordinary sentences beside them."""

import pytest

from classifiers.message import read_message
from classifiers.phishing import why_phishing

DEMANDS = [
    "Kindly respond with the one-time PIN that was just sent to your phone.",
    "Reply to this e-mail with your Seller Central password so that we can restore access.",
    "To release the funds, purchase two Amazon gift cards of $200 and email us the claim codes.",
    "Settle the processing fee via wire transfer to the account below within 24 hours.",
    "Please confirm your credit card number, expiry date and CVV.",
    "Tell us the six-digit verification code shown on your device.",
    "Share the OTP with our agent to verify your identity.",
    "Teilen Sie uns bitte das Kennwort Ihres Verkäuferkontos mit.",
    "Antworten Sie mit dem sechsstelligen Code, den Sie per SMS erhalten haben.",
    "Begleichen Sie die Gebühr mit Geschenkkarten im Wert von 200 EUR.",
    "Überweisen Sie den Betrag von 89 EUR auf folgendes Konto.",
    "Bitte bestätigen Sie Ihre Kreditkartendaten.",
    "Répondez à ce message en indiquant le code à 6 chiffres reçu par SMS.",
    "Réglez les frais de 150 € par virement sur le compte suivant.",
    "Merci de nous communiquer votre mot de passe Seller Central.",
    "Achetez des cartes cadeaux d'une valeur de 200 € et envoyez-nous les codes.",
    "Comunichi il codice OTP ricevuto via SMS.",
    "Effettui un bonifico di 120 € sul seguente conto.",
    "Ci invii i dati della carta di credito.",
    "Indíquenos la contraseña de su cuenta de vendedor.",
    "Realice una transferencia de 90 € a la siguiente cuenta.",
    "Envíenos el código de seis dígitos que ha recibido.",
    "Informe o código de verificação recebido por SMS.",
    "Faça uma transferência via Pix de R$ 200 para a chave abaixo.",
    "Confirme sua senha de acesso.",
    "Geef de code door die u per sms heeft ontvangen.",
    "Maak 75 euro over op onderstaande rekening.",
    "Bevestig uw wachtwoord en creditcardgegevens.",
    "Bekräfta ditt lösenord genom att svara på detta mejl.",
    "Betala avgiften med presentkort.",
    "Ange engångskoden som du fick via sms.",
    "Prosimy o podanie kodu SMS, który właśnie Państwo otrzymali.",
    "Prosimy o przelew 300 zł na poniższe konto.",
    "Proszę odpowiedzieć, podając hasło do konta.",
    "SMS ile gelen doğrulama kodunu bu e-postaya yanıt olarak yazın.",
    "Ücreti aşağıdaki hesaba havale edin.",
    "Şifrenizi onaylayın.",
    "SMSで届いた6桁の確認コードをこのメールに返信してください。",
    "ギフトカードを購入し、番号をお知らせください。",
    "下記口座へ手数料をお振込みください。",
    "请将收到的六位验证码回复至本邮件。",
    "请购买礼品卡并将卡密发送给我们。",
    "请将手续费转账至以下账户。",
    "請提供您的帳戶密碼。",
]
HARMLESS = [
    "Please reply with the tracking number and the carrier's name within 48 hours.",
    "The chargeback was filed with the card issuer; provide proof of delivery and the customer's billing address.",
    "Amazon will never ask you for your password, verification codes or payment outside Amazon.",
    "For your security, do not give out your one-time password.",
    "Payments are made by bank transfer every 14 days; update your deposit method if needed.",
    "If you did not request this, change your password and contact us.",
    "The customer paid with a gift card and asks for a refund.",
    "Bitte senden Sie uns die Sendungsnummer und einen Zustellnachweis.",
    "Die Auszahlung erfolgt per Überweisung auf Ihr hinterlegtes Konto.",
    "Wir bitten Sie nie um Ihr Passwort.",
    "Geben Sie Ihr Passwort niemandem weiter.",
    "Der Käufer hat per Überweisung bezahlt.",
    "Les remboursements sont versés par virement sous 5 jours.",
    "Nous ne vous demandons jamais de code par e-mail.",
    "Ne partagez pas votre mot de passe.",
    "Il rimborso è stato effettuato con bonifico.",
    "Non Le chiederemo mai la password o i dati della carta.",
    "El reembolso se abonará por transferencia bancaria.",
    "No comparta nunca su contraseña.",
    "O reembolso foi feito por transferência bancária.",
    "Nunca compartilhe sua senha.",
    "De terugbetaling is per overschrijving gedaan.",
    "Deel uw wachtwoord nooit met anderen.",
    "Återbetalningen gjordes via banköverföring.",
    "Dela aldrig ditt lösenord.",
    "Zwrot wykonano przelewem.",
    "Nie podawaj nikomu hasła.",
    "Geri ödeme banka havalesi ile yapıldı.",
    "Şifrenizi kimseyle paylaşmayın.",
    "返金は銀行振込で行われました。",
    "パスワードは第三者に教えないでください。",
    "退款已通过银行转账完成。",
    "请勿向任何人透露您的密码。",
    "Upload your bank statement to verify the deposit account.",
    "We need the security camera footage and the code of the parcel locker.",
    "The buyer says the safe's PIN code sticker is missing.",
    "The activation code was not in the box; please send a replacement.",
    "发货后请提供物流单号和签收证明，48小时内回复。",
    "カード会社からチャージバックの申し立てがありました。配送証明をご提出ください。",
    "Kart sahibi işleme itiraz etti. Lütfen teslim belgesini gönderin.",
]


def reason(text):
    head = "From: Amazon <donotreply@amazon.com>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return why_phishing(read_message((head + text).encode()))


@pytest.mark.parametrize("sentence", DEMANDS)
def test_a_demand_that_amazon_never_makes_is_named_with_its_sentence(sentence):
    assert sentence.rstrip(".。").lower()[:12] in (reason(sentence) or "").lower()


@pytest.mark.parametrize("sentence", HARMLESS)
def test_warnings_and_ordinary_sentences_demand_nothing(sentence):
    assert reason(sentence) is None
