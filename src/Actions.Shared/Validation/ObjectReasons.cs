namespace Actions.Shared.Validation;

/// <summary>Why an object was not checked; the keys under which reports count it.</summary>
public static class ObjectReasons
{
    /// <summary>Its kind is under <see cref="ValidationSettings.Skip"/>.</summary>
    public const string SkippedKind = "skipped-kind";

    /// <summary>There is no schema for its kind.</summary>
    public const string NoSchema = "no-schema";

    /// <summary>It lacks <c>apiVersion</c> or <c>kind</c>; the finding says so.</summary>
    public const string Unidentified = "unidentified";
}
