using System.Text;

namespace Integration.Tests.Harness;

public class SecretMaskerSpecs
{
    [Fact]
    public void Values_that_touch_or_overlap_become_one_mark()
    {
        var masker = Masking("abcd", "cdef", "ghij");

        masker.Mask("x abcdefghij y abcd").ShouldBe("x *** y ***");
    }

    [Theory]
    [InlineData("se\"cret", "\\\"", "se\\\"cret")]
    [InlineData("se cret", "%20", "se%20cret")]
    [InlineData("se<cret", "&lt;", "se&lt;cret")]
    public void The_encodings_of_a_value_are_hidden_too(string secret, string because, string encoded) =>
        Masking(secret).Mask($"a {encoded} b").ShouldBe("a *** b", because);

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("xy")]
    public void Base64_of_a_value_is_hidden_at_any_offset(string before)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + "a-secret-value-of-some-length"));

        Masking("a-secret-value-of-some-length").Mask(encoded).ShouldContain("***");
    }

    [Fact]
    public void Other_text_stays() => Masking("abcd").Mask("abc d").ShouldBe("abc d");

    private static SecretMasker Masking(params string[] values)
    {
        var masker = new SecretMasker();
        foreach (var value in values) masker.Add(value);
        return masker;
    }
}
