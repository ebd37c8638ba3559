using Actions.Shared.Manifests;

namespace Actions.Shared.Validation.Structure;

/// <summary>Recognises documents that SOPS has encrypted: their values are ciphertext, so only their shape can be checked.</summary>
public static class SopsDocument
{
    private const string ValuePrefix = "ENC[AES256_GCM,";

    /// <summary>Whether <paramref name="document"/> carries SOPS' metadata: a top-level <c>sops</c> mapping with <c>mac</c> or <c>lastmodified</c>.</summary>
    public static bool IsEncrypted(YamlMapping document) =>
        document.TryGetValue("sops", out var metadata)
        && metadata is YamlMapping sops
        && (sops.TryGetValue("mac", out _) || sops.TryGetValue("lastmodified", out _));

    /// <summary>Whether <paramref name="value"/> is a value that SOPS has encrypted (<c>ENC[AES256_GCM,…]</c>), of whatever type it was.</summary>
    public static bool IsEncryptedValue(string value) =>
        value.Length > ValuePrefix.Length
        && value[0] == 'E'
        && value[^1] == ']'
        && value.StartsWith(ValuePrefix, StringComparison.Ordinal);
}
