namespace Actions.Shared.Findings;

/// <summary>One problem at one place.</summary>
public sealed record Finding
{
    /// <summary>The rule that was broken (<see cref="RuleDescriptor.Id"/>).</summary>
    public required string Rule { get; init; }

    /// <summary>How bad it is, after configuration.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Where. The file is relative to the workspace.</summary>
    public required SourceLocation Location { get; init; }

    /// <summary>What is wrong here, one sentence; may contain untrusted text from the file.</summary>
    public required string Message { get; init; }

    /// <summary>What to do, one sentence; null when the message says it all.</summary>
    public string? Hint { get; init; }

    /// <summary>The object it is about; null for problems of a file.</summary>
    public ResourceReference? Resource { get; init; }

    /// <summary>JSON pointer (RFC 6901) of the field inside the object, for example <c>/spec/replicas</c>; empty for the object itself.</summary>
    public string Field { get; init; } = "";

    /// <summary>The target Kubernetes versions it holds for, when it does not hold for all that were asked for; otherwise empty.</summary>
    public IReadOnlyList<string> KubernetesVersions { get; init; } = [];

    /// <summary>
    /// Identity that survives line moves: 32 hexadecimal digits over rule, file, object, field and message.
    /// Set by <see cref="FindingList"/>, which works it out when somebody asks; empty until then.
    /// </summary>
    public string Fingerprint
    {
        get => Slot.Value;
        init => Slot = new(value);
    }

    /// <summary>This finding with a fingerprint that is still to be worked out.</summary>
    /// <param name="all">Works out the fingerprints of all findings of a list.</param>
    /// <param name="index">This finding's place in the list.</param>
    internal Finding WithFingerprint(Lazy<string[]> all, int index) => this with { Slot = new(all, index) };

    private FingerprintSlot Slot { get; init; }

    /// <summary>A fingerprint, or where it will be; equal when the fingerprints are.</summary>
    private readonly struct FingerprintSlot(object source, int index = 0) : IEquatable<FingerprintSlot>
    {
        public string Value => source switch
        {
            string known => known,
            Lazy<string[]> all => all.Value[index],
            _ => "",
        };

        public bool Equals(FingerprintSlot other) => Value == other.Value;

        public override bool Equals(object? obj) => obj is FingerprintSlot other && Equals(other);

        public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
    }
}
