using Actions.AccountReview.Inventory;
using Actions.AccountReview.Scaleway;

namespace Actions.AccountReview.Rules;

/// <summary>The settings of the organisation.</summary>
internal static class OrganisationRules
{
    private static readonly TimeSpan LongSession = TimeSpan.FromHours(24);

    public static IReadOnlyList<ReviewRule> All { get; } =
    [
        new("organization-key-duration", ReviewArea.Security, ReviewSeverity.High,
            "The organisation sets a longest duration for API keys.",
            "Where none is set, anybody may make a key that never expires.",
            "Set the longest duration in the security settings of the organisation, 90 days for example.",
            CloudKinds.SecuritySettings, (settings, _) => !settings.Data.Has("max_api_key_expiration_duration") ? Verdict.Missing("how long API keys may last")
                : Verdict.PassIf(settings.Data.Span("max_api_key_expiration_duration") is { } span && span > TimeSpan.Zero, "API keys may last for ever.")),

        new("organization-login-attempts", ReviewArea.Security, ReviewSeverity.Medium,
            "Users are locked after some wrong passwords.",
            "Otherwise a password can be guessed for as long as it takes.",
            "Set the number of attempts in the security settings of the organisation.",
            CloudKinds.SecuritySettings, (settings, _) => settings.Data.Whole("login_attempts_before_locked") is not { } attempts ? Verdict.Missing("how many wrong passwords are allowed")
                : Verdict.PassIf(attempts is > 0 and <= 20, attempts == 0 ? "Nobody is ever locked." : $"Users are locked only after {attempts} wrong passwords.")),

        new("organization-long-session", ReviewArea.Security, ReviewSeverity.Low,
            "Sessions in the console end within a day.",
            "A session that was left open, or stolen, is of use for as long as it lasts.",
            "Shorten the session in the security settings of the organisation.",
            CloudKinds.SecuritySettings, (settings, _) => !settings.Data.Has("max_login_session_duration") ? Verdict.Missing("how long a session lasts")
                : settings.Data.Span("max_login_session_duration") is not { } span || span == TimeSpan.Zero ? Verdict.Fail("Sessions have no end of their own.")
                : Verdict.PassIf(span <= LongSession, $"Sessions last {span.TotalHours:0.#} hours.")),

        new("organization-password-beside-saml", ReviewArea.Security, ReviewSeverity.Medium,
            "Where people log in by single sign-on, passwords are off.",
            "A password goes around whatever the identity provider demands, the second factor included.",
            "Turn off login by password once everybody can log in by single sign-on.",
            CloudKinds.Organisation, (organisation, _) => organisation.Data.Flag("login_saml_enabled") is not { } saml || organisation.Data.Flag("login_password_enabled") is not { } password
                ? Verdict.Missing("how people log in")
                : Verdict.PassIf(!saml || !password, "People may log in by password although single sign-on is on.")),
    ];
}
